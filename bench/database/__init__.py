"""How fast the database answers when it is full: see `python -m bench.database --help`."""
