"""Lines of a suite file as they may be shown."""

import pytest

from context.sensitive import hide_in_source


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("json: { password: hunter2, user: x }", "json: { password: ***    , user: x }"),
        ('"password": "abc", "b": 1', '"password": ***  , "b": 1'),
        ("  password: long secret # why", "  password: ***         # why"),
        ("    bearer: eyJabc.def", "    bearer: ***       "),
        ("headers: { X-Api-Key: abcdef }", "headers: { X-Api-Key: ***    }"),
        ("client_secret: 'it is'", "client_secret: ***    "),
        ('headers: { Cookie: "session=abc" }', "headers: { Cookie: ***           }"),
    ],
)
def test_a_secret_in_a_line_is_hidden_and_nothing_moves(line: str, shown: str) -> None:
    """A caret below the line still points at what it did."""
    assert hide_in_source(line) == shown
    assert len(hide_in_source(line)) == len(line)


@pytest.mark.parametrize(
    "line",
    [
        'password: "{{ secrets.password }}"',
        'Authorization: "Bearer {{ tokens.access_token }}"',
        "tokens: { access_token: $.access_token }",
        "password: { exists: false }",
        "password: [a, b]",
        "password:",
        "passwords: many",
        "capture: { session: { cookie: session } }",
        "password_hint: dog",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    """Templates, places in a body, and predicates tell nobody anything."""
    assert hide_in_source(line) == line
