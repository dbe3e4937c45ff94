"""What is old leaves: to files first, and only then from the database."""

from worker.retention.clean_up import CleanUp, CleanUpOutcome
from worker.retention.storage import ArchiveStorage, open_storage

__all__ = ["ArchiveStorage", "CleanUp", "CleanUpOutcome", "open_storage"]
