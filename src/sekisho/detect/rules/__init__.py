"""The rules of personal information; one file for each kind of form."""
