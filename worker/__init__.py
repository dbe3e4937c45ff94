"""What a run does: from a suite file to events, and from events to people and databases."""
