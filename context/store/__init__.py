"""Where contexts are kept."""

from context.store.base import LIFETIME, MAX_STATE_BYTES, ContextStore
from context.store.memory import MemoryStore
from context.store.redis import RedisStore
from context.store.supabase import SupabaseStore

__all__ = ["LIFETIME", "MAX_STATE_BYTES", "ContextStore", "MemoryStore", "RedisStore", "SupabaseStore"]
