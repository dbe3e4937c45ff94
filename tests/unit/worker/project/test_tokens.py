"""Which token is meant, where somebody says one."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from worker.errors import Refused
from worker.project.tokens import chosen_token
from worker.records.credentials import ProjectToken

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_token(name: str, hint: str, *, number: int = 1, revoked: bool = False) -> ProjectToken:
    """One of a project."""
    return ProjectToken(
        id=UUID(int=number),
        organization_id=UUID(int=8),
        project_id=UUID(int=9),
        name=name,
        description="",
        hint=hint,
        scopes=(),
        last_used_at=NOON if number == 2 else None,
        revoked_at=NOON if revoked else None,
        created_at=NOON,
        updated_at=NOON,
    )


MAIN = a_token("main pipeline", "baton_0a1b2c")
TWINS = [a_token("nightly", "baton_111111", number=2), a_token("nightly", "baton_222222", number=3)]
GONE = a_token("main pipeline", "baton_999999", number=4, revoked=True)
ALL = [MAIN, *TWINS, GONE]


@pytest.mark.parametrize(
    "said",
    [
        "main pipeline",
        "baton_0a1b2c",
        "baton_0a1b2c…",
        " baton_0a1b2c\n",
        f"baton_0a1b2c{'7' * 58}",
        str(UUID(int=1)),
    ],
)
def test_a_token_is_said_by_name_beginning_or_id(said: str) -> None:
    """As the list shows it, or as it was found in somebody's log."""
    assert chosen_token(ALL, said) is MAIN


def test_a_name_of_several_is_refused_with_what_tells_them_apart() -> None:
    """How each begins, since when there is it, and whether somebody uses it."""
    with pytest.raises(Refused, match="2 tokens have the name 'nightly'") as caught:
        chosen_token(ALL, "nightly")
    assert caught.value.hint == (
        "say how it begins: baton_111111 (made on 2026-03-01, used last on 2026-03-01); "
        "baton_222222 (made on 2026-03-01, never used)"
    )
    assert chosen_token(ALL, "baton_222222") is TWINS[1]


def test_one_that_is_revoked_is_told_to_be() -> None:
    """Not that there is none."""
    with pytest.raises(Refused, match="revoked already") as caught:
        chosen_token(ALL, "baton_999999")
    assert caught.value.hint == "since 2026-03-01 12:00 UTC"


@pytest.mark.parametrize("said", ["baton_", "baton_0a1b", "main", "", "baton_zzzzzz"])
def test_a_part_of_one_is_none(said: str) -> None:
    """What is for good asks for more than a guess."""
    with pytest.raises(Refused, match="there is no token"):
        chosen_token(ALL, said)


def test_a_whole_token_is_never_repeated() -> None:
    """One of another project, say: the log of a command is read by many."""
    secret = "5" * 58
    with pytest.raises(Refused) as caught:
        chosen_token(ALL, f"baton_abcdef{secret}")
    assert secret not in f"{caught.value} {caught.value.hint}"
    assert "baton_abcdef…" in caught.value.what
