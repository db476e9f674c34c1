"""Hand over parts of a run with proofs, and nothing else."""
