"""Secrets never survive, wherever and however they turn up."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from context.masking import Mask
from context.values import MASK, JsonValue

SECRET = 'pä/ss+w"ör d\\1&<2>'

#: Everything that a secret may be made of. What consists of stars only cannot be told from a mask.
SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40).filter(
    lambda text: len(text.strip()) >= 4 and "*" not in text
)
SURROUNDINGS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*"), max_size=60)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _lower_percent(text: str) -> str:
    return "".join(
        chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"._-") else f"%{byte:02x}"
        for byte in text.encode()
    )


SPELLINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON with its own characters": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret))[3:-3],
    "JSON with escaped slashes": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "JSON for HTML": lambda secret: (
        json.dumps(secret)[1:-1].replace("<", "\\u003c").replace(">", "\\u003E").replace("&", "\\u0026")
    ),
    "a path": quote,
    "a path segment": lambda secret: quote(secret, safe=""),
    "a form": quote_plus,
    "JavaScript's encodeURIComponent": lambda secret: quote(secret, safe="!*'()"),
    "percent-encoded in lower case": _lower_percent,
    "percent-encoded twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "HTML": html.escape,
    "base64": _base64,
    "URL-safe base64": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    "base64 in a URL": lambda secret: quote(_base64(secret), safe=""),
    "basic auth": lambda secret: _base64(f"ada:{secret}"),
    "basic auth, one letter on": lambda secret: _base64(f"adam:{secret}"),
    "basic auth, two letters on": lambda secret: _base64(f"adams:{secret}"),
    "base64 of more": lambda secret: _base64(f'{{"password": "x{secret}", "more": 1}}'),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_is_found_however_it_is_spelled(spelling: str) -> None:
    """Raw, JSON, percent, HTML and base64 in every alignment: `***` stands in its place."""
    spelled = SPELLINGS[spelling](SECRET)
    masked = Mask([SECRET]).text(f"before {spelled} after")
    assert MASK in masked
    assert spelled not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(secret=SECRETS, before=SURROUNDINGS, after=SURROUNDINGS)
def test_no_secret_survives_anywhere(spelling: str, secret: str, before: str, after: str) -> None:
    """Whatever the secret and whatever stands around it."""
    spelled = SPELLINGS[spelling](secret)
    assert spelled not in Mask([secret]).text(f"{before} {spelled} {after}")


@given(secrets=st.lists(SECRETS, min_size=1, max_size=8), data=st.data())
def test_no_secret_of_many_survives(secrets: list[str], data: st.DataObject) -> None:
    """Secrets that overlap, contain one another or touch do not protect each other."""
    parts = data.draw(st.lists(st.one_of(st.sampled_from(secrets), SURROUNDINGS), max_size=12))
    mask = Mask()
    for secret in secrets:
        mask.add(secret)
        mask.text("".join(parts))  # the index grows while it is in use
    masked = mask.text("".join(parts))
    assert not [secret for secret in secrets if secret in masked]


@given(secret=SECRETS, text=SURROUNDINGS)
def test_what_holds_no_secret_stays_as_it_is(secret: str, text: str) -> None:
    """A text made of other characters than the secret comes out untouched."""
    harmless = "".join(character for character in text if character not in secret and character.isspace())
    assert Mask([secret]).text(harmless) == harmless


def test_overlapping_secrets_are_hidden_as_one() -> None:
    """The end of a long secret does not stay because a short one matched first."""
    assert Mask(["xabc", "abcdefghijkl"]).text("<xabcdefghijkl>") == "<***>"


def test_a_secret_within_a_secret_hides_the_longer_one() -> None:
    """The longest one that begins at a place counts."""
    assert Mask(["token", "token-and-more"]).text("token-and-more, token") == "***, ***"


def test_many_places_are_masked_one_by_one() -> None:
    """What stands between two secrets stays readable."""
    assert Mask(["s3cret"]).text("a=s3cret&b=2&c=s3cret") == "a=***&b=2&c=***"


def test_a_url_and_a_header_stay_readable() -> None:
    """Only the secret part of a text is replaced."""
    mask = Mask(["tok-123/4"])
    url = "https://api.example.com/items?" + urlencode({"key": "tok-123/4", "page": 2})
    assert mask.text(url) == "https://api.example.com/items?key=***&page=2"
    assert mask.text("Bearer tok-123/4") == "Bearer ***"


def test_a_short_secret_is_masked_only_as_a_whole_value() -> None:
    """`no` inside other words is no secret; alone it is."""
    mask = Mask(["no"])
    assert mask.text("not now") == "not now"
    assert mask.value({"answer": "no", "other": "nope"}) == {"answer": MASK, "other": "nope"}


@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_an_empty_secret_hides_nothing(nothing: str) -> None:
    """An environment with an empty secret does not mask every text."""
    assert Mask([nothing, ""]).text("some words") == "some words"


def test_a_secret_with_a_line_feed_is_found_without_it() -> None:
    """Files with secrets end in a line feed that nobody sends."""
    assert Mask(["s3cret\n"]).text("x-key: s3cret;") == "x-key: ***;"


def test_keys_lists_and_numbers_are_masked() -> None:
    """JSON values are masked wherever a secret can hide in them."""
    mask = Mask(["s3cret", "123456"])
    value: JsonValue = {
        "s3cret": 1,
        "list": ["a s3cret", 123456, 9123456.5, 12345],
        "deep": {"x": ["s3cret"]},
    }
    assert mask.value(value) == {"***": 1, "list": ["a ***", MASK, MASK, 12345], "deep": {"x": [MASK]}}


def test_two_secret_keys_do_not_become_one() -> None:
    """Masking keys loses no value."""
    masked = Mask(["aaaa-1", "bbbb-2"]).value({"aaaa-1": 1, "bbbb-2": 2})
    assert masked == {"***": 1, "*** (2)": 2}


@pytest.mark.parametrize("value", [True, False, None])
def test_truth_and_null_are_never_masked(value: JsonValue) -> None:
    """They are no texts, even if a secret is spelled like one of them."""
    assert Mask(["True", "true", "null", "None"]).value(value) is value


def test_a_secret_value_hides_all_its_parts() -> None:
    """A captured object marked secret is hidden text by text and number by number."""
    mask = Mask()
    mask.add_value({"key": "k-12345", "pins": [998877, True, None]})
    assert mask.text("k-12345 998877 True None") == "*** *** True None"


def test_a_secret_added_later_is_masked_from_then_on() -> None:
    """Texts seen before are looked at anew."""
    mask = Mask(["first-one"])
    assert mask.text("second-one") == "second-one"
    mask.add("second-one")
    assert mask.text("second-one") == MASK


def test_a_mask_tells_whether_there_is_something_to_hide() -> None:
    """A value that holds a secret anywhere is known to do so."""
    mask = Mask(["s3cret"])
    assert mask.holds_secret({"a": ["Bearer s3cret"]})
    assert not mask.holds_secret({"a": ["Bearer other"]})
    assert not Mask().holds_secret("anything")


def test_a_mask_does_not_show_what_it_hides() -> None:
    """Its repr counts."""
    assert repr(Mask(["s3cret"])) == "Mask(1 secrets)"


def test_a_mask_remembers_a_bounded_number_of_texts() -> None:
    """A long run does not make it grow without end."""
    mask = Mask(["s3cret"])
    for number in range(10_000):
        mask.text(f"header {number}")
    assert len(mask._remembered) <= 4096


def test_a_token_of_ten_thousand_characters_is_found() -> None:
    """Long secrets are nothing special."""
    token = "".join(chr(97 + (number * 7) % 26) for number in range(10_000))
    assert Mask([token]).text(f"<{token}>") == "<***>"
