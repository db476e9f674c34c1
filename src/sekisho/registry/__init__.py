"""The registry's rules: which signed statements it keeps, and when a new edition is published."""
