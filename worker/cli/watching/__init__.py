"""Tests run again while their files are written: what has changed, keys, and the screen."""
