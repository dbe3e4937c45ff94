"""What this machine remembers of earlier runs, and what follows from it.

Nothing here is needed for a run, so nothing here ever makes one fail.
"""
