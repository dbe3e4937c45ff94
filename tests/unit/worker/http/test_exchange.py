"""What may leave a run about an exchange."""

import pytest

from context.masking import Mask
from context.sensitive import SENSITIVE_FIELDS, SENSITIVE_HEADERS
from worker.http.exchange import BODY_LIMIT, record_exchange
from worker.models.exchange import BodyStory, PreparedRequest, Redirect, Response, SentPart
from worker.models.outcome import ExchangeRecord

SECRET = "eyJhbGciOiJIUzI1NiJ9.secret"


def a_prepared(body: bytes | None = None, **more: object) -> PreparedRequest:
    """A POST; further fields by name."""
    return PreparedRequest(method="POST", url="http://api.test/x", body=body, **more)  # type: ignore[arg-type] # by name


def recorded(
    body: bytes, *, content_type: str = "text/plain", limit: int = BODY_LIMIT, secrets: tuple[str, ...] = ()
) -> ExchangeRecord:
    """The record of an answer with this body."""
    response = Response(status_code=200, headers=(("Content-Type", content_type),), body=body)
    return record_exchange(a_prepared(), response, Mask(secrets), limit)


def test_both_sides_are_there_with_sizes_and_times() -> None:
    """Sizes are those of the wire, before anything was cut."""
    response = Response(status_code=201, headers=(("X", "1"),), body=b"abc", seconds=0.25)
    record = record_exchange(a_prepared(b"hello", headers=(("A", "b"),)), response, Mask())
    assert (record.method, record.url, record.status_code) == ("POST", "http://api.test/x", 201)
    assert (record.request_body, record.request_bytes) == ("hello", 5)
    assert (record.response_body, record.response_bytes) == ("abc", 3)
    assert (record.request_headers, record.response_headers) == ((("A", "b"),), (("X", "1"),))
    assert record.timings == {"total": 0.25}
    assert not record.truncated


def test_a_request_without_an_answer_is_a_record_too() -> None:
    """What was sent is half of the story."""
    record = record_exchange(a_prepared(b"hello"), None, Mask())
    assert (record.status_code, record.response_body, record.request_body) == (None, None, "hello")


def test_secrets_are_masked_on_both_sides() -> None:
    """In the URL, in headers and in bodies."""
    request = PreparedRequest(
        method="POST",
        url=f"http://api.test/{SECRET}",
        headers=(("X-Note", f"a {SECRET}"),),
        body=SECRET.encode(),
    )
    response = Response(status_code=200, headers=(("X-Echo", SECRET),), body=f'{{"a":"{SECRET}"}}'.encode())
    record = record_exchange(request, response, Mask((SECRET,)))
    assert SECRET not in str(record)
    assert record.response_body == '{"a":"***"}'


@pytest.mark.parametrize("name", sorted(SENSITIVE_HEADERS))
def test_sensitive_headers_are_masked_by_name(name: str) -> None:
    """Also when nobody said that what they hold is secret."""
    record = record_exchange(a_prepared(headers=((name.title(), "hidden-value"),)), None, Mask())
    assert record.request_headers == ((name.title(), "***"),)


def test_the_scheme_of_a_credential_stays_readable() -> None:
    """Basic where Bearer belongs is a common mistake, and no secret."""
    record = record_exchange(a_prepared(headers=(("Authorization", "Bearer abc"),)), None, Mask())
    assert record.request_headers == (("Authorization", "Bearer ***"),)


@pytest.mark.parametrize("field", SENSITIVE_FIELDS)
def test_sensitive_fields_of_bodies_and_queries_are_masked_by_name(field: str) -> None:
    """The refresh token that no test captured is a token all the same."""
    assert recorded(f'{{"a": {{"{field}" : "x\\"y"}}, "b": 1}}'.encode()).response_body == (
        f'{{"a": {{"{field}" : "***"}}, "b": 1}}'
    )
    assert recorded(f"a=1&{field}=hidden&b=2".encode()).response_body == f"a=1&{field}=***&b=2"
    request = PreparedRequest(method="GET", url=f"http://api.test/x?{field}=hidden&b=2")
    assert record_exchange(request, None, Mask()).url == f"http://api.test/x?{field}=***&b=2"


def test_what_has_the_shape_of_a_web_token_is_masked() -> None:
    """Wherever it stands: in text, in JSON, in a header."""
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123"
    assert recorded(f"see {token}.".encode()).response_body == "see ***."
    assert recorded(f'{{"token": "{token}"}}'.encode()).response_body == '{"token": "***"}'
    record = record_exchange(a_prepared(headers=(("X-Note", token),)), None, Mask())
    assert record.request_headers == (("X-Note", "***"),)


def test_names_that_only_look_alike_are_shown() -> None:
    """`password_changed_at` is no password; neither is a number."""
    body = '{"password_changed_at": "2026-01-01", "reset_password": "no", "password": null}'
    assert recorded(body.encode()).response_body == body


def test_a_sensitive_field_that_the_cut_takes_apart_is_hidden() -> None:
    """Without its closing quote, too."""
    body = '{"a": "' + "x" * 900 + '", "refresh_token": "' + "s" * 50_000 + '"}'
    assert "sss" not in (recorded(body.encode(), limit=1_000).response_body or "")


def test_a_long_body_is_cut_with_a_note() -> None:
    """The size of the whole is told."""
    record = recorded(b"x" * 100_000, limit=1_000)
    assert record.response_body == "x" * 1_000 + "\n<cut here: 100,000 bytes in all>"
    assert record.truncated
    assert record.response_bytes == 100_000


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    """Cutting begins beyond it."""
    record = recorded(b"x" * 1_000, limit=1_000)
    assert (record.response_body, record.truncated) == ("x" * 1_000, False)


@pytest.mark.parametrize("offset", range(-40, 8, 3))
def test_a_secret_that_the_cut_would_take_apart_is_still_hidden(offset: int) -> None:
    """Wherever the cut falls, no part of the secret is left of it."""
    body = b"x" * (1_000 + offset) + SECRET.encode() + b"y" * 50_000
    shown = recorded(body, limit=1_000, secrets=(SECRET,)).response_body or ""
    assert SECRET[:6] not in shown


def test_many_secrets_before_the_cut_do_not_bring_half_of_one_into_view() -> None:
    """Masking makes a text shorter, so what was beyond the limit may move before it."""
    body = (SECRET * 4_000).encode()
    shown = recorded(body, limit=5_000, secrets=(SECRET,)).response_body or ""
    assert set(shown.partition("\n")[0]) <= {"*"}


def test_what_is_no_text_is_described() -> None:
    """Nobody can read a picture in a terminal."""
    assert recorded(bytes(range(256)) * 5).response_body == "<binary, 1,280 bytes>"
    assert recorded(b"\xff\xfe\xfd" * 10).response_body == "<binary, 30 bytes>"


def test_text_in_another_charset_is_read_by_its_name() -> None:
    """The content type says how; a charset nobody knows is binary."""
    latin = "Zürich".encode("latin-1")
    assert recorded(latin, content_type="text/plain; charset=iso-8859-1").response_body == "Zürich"
    assert recorded(latin, content_type="text/plain; charset=klingon").response_body == "<binary, 6 bytes>"


def test_a_cut_inside_a_character_does_not_make_a_text_binary() -> None:
    """UTF-8 is cut between characters."""
    shown = recorded("ü".encode() * 500_000, limit=100).response_body or ""
    assert shown.startswith("ü" * 100 + "\n<cut here")
    assert recorded(b"a" + "€".encode() * 500_000, limit=100).response_body is not None


def test_an_empty_body_is_none() -> None:
    """Nothing is not an empty text."""
    assert recorded(b"").response_body is None


def test_an_answer_that_was_not_read_to_its_end_is_marked() -> None:
    """The sender's limit counts as a cut."""
    response = Response(status_code=200, body=b"abc", truncated=True)
    assert record_exchange(a_prepared(), response, Mask()).truncated


def test_what_was_added_on_the_way_is_recorded() -> None:
    """The request as it was sent: with its cookies and its signature, masked."""
    sent = a_prepared(headers=(("Authorization", "AWS4-HMAC-SHA256 Credential=x"), ("Cookie", "a=1")))
    record = record_exchange(a_prepared(), Response(status_code=200, sent=sent), Mask())
    assert record.request_headers == (("Authorization", "AWS4-HMAC-SHA256 ***"), ("Cookie", "***"))


def test_the_way_of_redirects_is_recorded_and_masked() -> None:
    """A token in a Location is one, too."""
    redirect = Redirect(
        status_code=302,
        method="GET",
        url=f"http://api.test/{SECRET}",
        location="http://api.test/x?access_token=hidden&a=1",
    )
    record = record_exchange(a_prepared(), Response(status_code=200, redirects=(redirect,)), Mask((SECRET,)))
    [told] = record.redirects
    assert (told.url, told.location) == ("http://api.test/***", "http://api.test/x?access_token=***&a=1")


def test_parts_are_recorded_instead_of_their_bytes() -> None:
    """Texts masked, by value and by name; files by their paths."""
    parts = (
        SentPart(name="note", text=f"see {SECRET}"),
        SentPart(name="password", text="hidden"),
        SentPart(name="picture", file="cat.png", content_type="image/png"),
    )
    request = a_prepared(b"...", story=BodyStory(parts=parts))
    record = record_exchange(request, None, Mask((SECRET,)))
    assert [part.text for part in record.request_parts] == ["see ***", "***", None]
    assert (record.request_body, record.request_bytes) == (None, 3)


def test_a_compressed_body_is_recorded_as_it_was_before() -> None:
    """With the size that it had on the wire."""
    record = record_exchange(a_prepared(b"packed", story=BodyStory(plain=b"plain text")), None, Mask())
    assert (record.request_body, record.request_bytes, record.request_gzip) == ("plain text", 6, True)
