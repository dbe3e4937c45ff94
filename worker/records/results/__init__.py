"""Results: how each test ended, and the evidence for it."""
