"""Decide anew from stored fingerprints, and say what changed and why."""
