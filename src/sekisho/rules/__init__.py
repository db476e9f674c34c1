"""Law as dated data, and the evaluator that never guesses."""
