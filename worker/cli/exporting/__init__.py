"""Tests as commands of other tools."""
