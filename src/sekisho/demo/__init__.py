"""The demo: three parties on one machine, drawn pictures, and a page to look at."""
