"""The command line: its faces, and how each answers in JSON and in words."""
