"""The words of texts: one fold for all scripts, and what is built on it."""
