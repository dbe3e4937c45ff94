"""Where work comes from: queues that hand out runs."""

from worker.queue.base import RunQueue
from worker.queue.memory import MemoryQueue
from worker.queue.supabase import SupabaseQueue

__all__ = ["MemoryQueue", "RunQueue", "SupabaseQueue"]
