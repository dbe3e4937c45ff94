"""What workers share with one another through Redis: locks, and the limits of environments."""

from worker.shared.connection import Connection
from worker.shared.limits import RedisLimitTable
from worker.shared.locks import RedisLockTable

__all__ = ["Connection", "RedisLimitTable", "RedisLockTable"]
