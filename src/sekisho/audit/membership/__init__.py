"""Whether a file, or a near copy of a picture, is in a run: the map, questions, answers and their proofs."""
