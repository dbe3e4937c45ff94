"""What is hidden by its name, whoever said it, and what stays readable."""

import pytest

from context.sensitive import hide_in_text, hide_in_value, is_sensitive
from context.values import JsonValue

HIDDEN = "canary"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"token": "canary", "id": 7}', '{"token": "***", "id": 7}'),
        ('{"accessToken":"canary"}', '{"accessToken":"***"}'),
        ('{"refresh-token" : "canary\\"canary"}', '{"refresh-token" : "***"}'),
        ('{"Password": 4711}', '{"Password": "***"}'),
        ('{"newPassword": "canary', '{"newPassword": "***'),
        ('{"log": "{\\"password\\": \\"canary\\"}"}', '{"log": "{\\"password\\": \\"***\\"}"}'),
        ("<ns:password type='x'>canary</ns:password>", "<ns:password type='x'>***</ns:password>"),
        ("user=ada&client_secret=canary&x=1", "user=ada&client_secret=***&x=1"),
        ("https://a.example/?apiKey=canary#top", "https://a.example/?apiKey=***#top"),
    ],
)
def test_a_name_that_says_secret_hides_its_value(text: str, shown: str) -> None:
    """In JSON, also cut or quoted, in XML, forms and addresses; all around it stays."""
    assert hide_in_text(text) == shown
    assert HIDDEN not in shown


@pytest.mark.parametrize(
    "text",
    [
        '{"token_type": "bearer", "next_page_token": "p2", "tokens": 3, "secretary": "Bob"}',
        '{"token": "", "password": null, "secret": true, "api_key": {"name": "x"}}',
        '{"message": "the password is too short", "field": "password"}',
        "<token/><password></password><passwordPolicy>strict</passwordPolicy>",
        "a=token&tokenizer=x&page_token=7",
    ],
)
def test_what_helps_and_gives_nothing_away_stays(text: str) -> None:
    """A failure is read by people: that a token is empty is often the reason."""
    assert hide_in_text(text) == text


def test_values_are_hidden_as_texts_are() -> None:
    """Member by member, however deep."""
    value: JsonValue = {"user": [{"apiKey": "canary", "token": "", "password": 12, "secret": False, "n": 1}]}
    assert hide_in_value(value) == {
        "user": [{"apiKey": "***", "token": "", "password": "***", "secret": False, "n": 1}]
    }


@pytest.mark.parametrize("name", ["token", "Access-Token", "clientSecret", "CLIENT_SECRET", "api_key"])
def test_words_may_be_joined_in_any_way(name: str) -> None:
    """Every language has its own manner."""
    assert is_sensitive(name)


def test_a_large_text_takes_no_time() -> None:
    """However many names begin in it that end as none."""
    text = '{"access' * 20_000 + '"pass' * 20_000 + "<token" * 20_000 + "</"
    assert hide_in_text(text) == text
