"""A Supabase for one machine, without Docker: Postgres, Data API, Auth, Realtime."""

from worker.local.folders import StackFolder
from worker.local.scratch import ScratchPostgres, scratch_postgres
from worker.local.spec import ExtraCommand
from worker.local.stack import StackInfo, StackOptions, StackStatus, down, reset, status, up
from worker.local.state import Phase

__all__ = [
    "ExtraCommand",
    "Phase",
    "ScratchPostgres",
    "StackFolder",
    "StackInfo",
    "StackOptions",
    "StackStatus",
    "down",
    "reset",
    "scratch_postgres",
    "status",
    "up",
]
