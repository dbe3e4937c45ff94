"""Answers of an earlier run, kept to be compared with."""

from worker.snapshots.base import Mode, NoSnapshots, Outcome, SnapshotRefused, Snapshots
from worker.snapshots.memory import MemorySnapshots

__all__ = [
    "MemorySnapshots",
    "Mode",
    "NoSnapshots",
    "Outcome",
    "SnapshotRefused",
    "Snapshots",
]
