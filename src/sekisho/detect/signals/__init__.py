"""Rights signals: pure parsers of what holders say in forms that machines read, one file a language."""
