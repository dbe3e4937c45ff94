"""Writing runs down: rows, batches, and the listener that sends them."""

from worker.recording.base import Answer, FixtureUse, RunRecords, Step
from worker.recording.load import Limits
from worker.recording.memory import MemoryRecords
from worker.recording.outcomes import outcome_of
from worker.recording.recorder import Recorder, StopCause
from worker.recording.supabase import SupabaseRecords

__all__ = [
    "Answer",
    "FixtureUse",
    "Limits",
    "MemoryRecords",
    "Recorder",
    "RunRecords",
    "Step",
    "StopCause",
    "SupabaseRecords",
    "outcome_of",
]
