"""All input and output: settings, keys, the clock and the database."""
