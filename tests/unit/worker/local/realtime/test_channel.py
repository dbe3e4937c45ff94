"""What a client says when it joins."""

from datetime import UTC, datetime
from typing import Any

import pytest

from worker.local.realtime.channel import JoinRequest
from worker.local.realtime.tokens import Refused


def request(config: Any = None, **payload: Any) -> JoinRequest:
    """A join to one topic."""
    return JoinRequest.from_payload("realtime:run:1", {"config": config, **payload})


def test_a_join_is_public_unless_it_says_private() -> None:
    """As on hosted projects."""
    assert not request({}).private
    assert request({"private": True}).private


def test_replay_is_a_moment_and_a_number() -> None:
    """Milliseconds since 1970, and at most 25 messages when nothing is said."""
    replay = request({"private": True, "broadcast": {"replay": {"since": 1767225600000}}}).replay
    assert replay is not None
    assert (replay.since, replay.limit) == (datetime(2026, 1, 1, tzinfo=UTC), 25)


@pytest.mark.parametrize(
    "config",
    [
        {"private": False, "broadcast": {"replay": {"since": 1}}},
        {"private": True, "broadcast": {"replay": {"since": "yesterday"}}},
        {"private": True, "broadcast": {"replay": {"since": 1, "limit": "all"}}},
        {"private": True, "broadcast": {"replay": {"since": 1e30}}},
    ],
    ids=["public", "no moment", "no number", "no year"],
)
def test_a_replay_that_cannot_be_is_refused(config: dict[str, Any]) -> None:
    """With the code that hosted projects give it."""
    with pytest.raises(Refused, match="UnableToReplayMessages"):
        request(config)


@pytest.mark.parametrize("topic", ["realtime:", "run:1", ""])
def test_a_topic_needs_a_name(topic: str) -> None:
    """Without a name there is nothing to join."""
    with pytest.raises(Refused, match="TopicNameRequired"):
        JoinRequest.from_payload(topic, {})


@pytest.mark.parametrize("config", [None, [], "x", {"broadcast": 1, "postgres_changes": {"a": 1}}])
def test_nonsense_in_the_configuration_is_ignored(config: Any) -> None:
    """A client of another version may say things that we do not know."""
    assert request(config).topic == "run:1"


def test_a_token_does_not_show_in_a_request() -> None:
    """Requests may be logged."""
    assert "secret" not in repr(request({}, access_token="secret"))
