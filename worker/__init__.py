"""What a run does: from a suite file to events, and from events to people and databases."""

#: Also in pyproject.toml; a test compares them. Asking the installed package costs 20 ms a start.
__version__ = "0.1.0"
