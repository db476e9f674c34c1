"""The verdict for CI, and the forms in which it is printed."""
