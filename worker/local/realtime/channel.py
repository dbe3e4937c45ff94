"""One topic that one socket joined: what it asked for, and how long it may stay."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from worker.local.realtime.tokens import Claims, Refused

TOPIC_PREFIX = "realtime:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a joiner missed and wants to hear again."""

    since: datetime
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequest:
    """What a client says when it joins. What this server does not serve is left out."""

    topic: str
    private: bool
    access_token: str | None = field(default=None, repr=False)
    replay: Replay | None = None
    wants_ready_message: bool = False
    postgres_changes: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def from_payload(cls, topic: str, payload: Any) -> "JoinRequest":
        """Read the payload of a join to `realtime:<topic>`. Unknown parts are ignored, as hosted does."""
        if not topic.startswith(TOPIC_PREFIX) or topic == TOPIC_PREFIX:
            raise Refused("TopicNameRequired: You must provide a topic name")
        config = _object(_object(payload).get("config"))
        broadcast = _object(config.get("broadcast"))
        private = bool(config.get("private"))
        token = _object(payload).get("access_token")
        changes = config.get("postgres_changes")
        return cls(
            topic=topic.removeprefix(TOPIC_PREFIX),
            private=private,
            access_token=token if isinstance(token, str) and token else None,
            replay=_replay(broadcast.get("replay"), private=private),
            wants_ready_message=bool(broadcast.get("replication_ready")),
            postgres_changes=tuple(c for c in changes if isinstance(c, dict) and c)
            if isinstance(changes, list)
            else (),
        )


@dataclass(slots=True, kw_only=True)
class Channel:
    """A joined topic. `leave` takes it out of the hub; `expiry` ends it when its token does."""

    request: JoinRequest
    join_ref: str | None
    claims: Claims
    leave: Callable[[], None]
    cancel_expiry: Callable[[], object]
    #: Replayed just now; the same may arrive once more, live.
    replayed: frozenset[str] = frozenset()

    @property
    def full_topic(self) -> str:
        """The topic as frames name it."""
        return f"{TOPIC_PREFIX}{self.request.topic}"

    def close(self) -> None:
        """Hear nothing any more."""
        self.leave()
        self.cancel_expiry()


def _replay(asked: Any, *, private: bool) -> Replay | None:
    if not isinstance(asked, dict):
        return None
    if not private:
        raise Refused("UnableToReplayMessages: Replay is not allowed for public channels")
    since, limit = asked.get("since"), asked.get("limit", 25)
    if not isinstance(since, int | float) or not isinstance(limit, int):
        raise Refused("UnableToReplayMessages: Replay params are not valid")
    try:
        return Replay(since=datetime.fromtimestamp(since / 1000, UTC), limit=limit)
    except (ValueError, OverflowError, OSError):
        raise Refused("UnableToReplayMessages: Replay params are not valid") from None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
