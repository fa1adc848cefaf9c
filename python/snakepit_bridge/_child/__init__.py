"""The process profile's half in Python: a child process that a Go program speaks to."""
