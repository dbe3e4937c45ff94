"""Following runs live: `subscribe_to_test_progress`, and listening to a topic."""

from worker.realtime.listening import Listening
from worker.realtime.subscribe import RunSubscription, follow_run, subscribe_to_test_progress
from worker.realtime.tables import RunTables, Snapshot, SupabaseTables
from worker.realtime.updates import ProgressUpdate, RunStats, UpdateType

__all__ = [
    "Listening",
    "ProgressUpdate",
    "RunStats",
    "RunSubscription",
    "RunTables",
    "Snapshot",
    "SupabaseTables",
    "UpdateType",
    "follow_run",
    "subscribe_to_test_progress",
]
