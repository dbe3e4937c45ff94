"""The words: what a suite is, and what can happen to it. Frozen, without any input or output."""
