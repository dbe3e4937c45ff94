"""The one way into a Supabase project: its REST, Auth and Realtime, as one caller."""

from worker.database.client import Database, Reader, open_database
from worker.database.session import Session, SessionFile

__all__ = ["Database", "Reader", "Session", "SessionFile", "open_database"]
