"""Who may listen to a private topic: the policies on `realtime.messages` decide, nobody else."""

import json
import uuid
from typing import TYPE_CHECKING, Any

import psycopg

from worker.local.realtime.tokens import Claims, Refused

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

_INSERT_PROBE = "insert into realtime.messages (id, topic, extension) values (%s, %s, 'broadcast')"
_BECOME = """
select
  set_config('realtime.topic', %(topic)s, true),
  set_config('request.jwt.claims', %(claims)s, true),
  set_config('request.jwt.claim.sub', %(subject)s, true),
  set_config('request.jwt.claim.role', %(role)s, true),
  set_config('role', %(role)s, true)
"""
_SEE_PROBE = "select true from realtime.messages where id = %s"


class Gatekeeper:
    """Tries, as the caller, to read a message of the topic, and undoes everything it did."""

    def __init__(self, pool: "AsyncConnectionPool[psycopg.AsyncConnection[Any]]") -> None:
        self._pool = pool

    async def require_read(self, claims: Claims, topic: str) -> None:
        """Return if the caller may listen to this private topic, else `Refused`."""
        if not await self._may_read(claims, topic):
            raise Refused(
                f"Unauthorized: You do not have permissions to read from this Channel topic: {topic}"
            )

    async def _may_read(self, claims: Claims, topic: str) -> bool:
        try:
            async with self._pool.connection() as connection, connection.transaction(force_rollback=True):
                return await _sees_probe(connection, claims, topic)
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.errors.InvalidParameterValue:
            return False  # a role that does not exist
        except psycopg.OperationalError:
            raise Refused("UnableToConnectToProject: The database cannot be reached") from None
        except psycopg.Error as error:
            raise Refused(f"RlsPolicyError: {error.diag.message_primary}") from None


async def _sees_probe(connection: "psycopg.AsyncConnection[Any]", claims: Claims, topic: str) -> bool:
    # A message that never was: rolled back, it wakes nobody.
    probe = uuid.uuid4()
    await connection.execute(_INSERT_PROBE, (probe, topic))
    caller = {
        "topic": topic,
        "claims": json.dumps(dict(claims.all)),
        "subject": claims.subject,
        "role": claims.role,
    }
    await connection.execute(_BECOME, caller)
    found = await connection.execute(_SEE_PROBE, (probe,))
    return await found.fetchone() is not None
