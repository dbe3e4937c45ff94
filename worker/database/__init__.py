"""The one way into a Supabase project: its REST, Auth and Realtime, as one caller."""

from worker.database.client import Database, open_database
from worker.database.results import RecordedRuns
from worker.database.session import Session, SessionFile

__all__ = ["Database", "RecordedRuns", "Session", "SessionFile", "open_database"]
