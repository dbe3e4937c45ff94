"""What can be wrong with a set-up: one module for each part of it, each check a question with an answer."""
