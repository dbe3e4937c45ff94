"""Numbers, names and texts as people read them."""

import subprocess

import pytest

from tests.unit.worker.reports.runs import exchange
from worker.models.outcome import ExchangeRecord
from worker.reports.curl import curl_command
from worker.reports.words import Labels, clipped, count, duration, listed, printable, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.000_01, "0.1 ms"),
        (0.000_41, "0.4 ms"),
        (0.000_94, "0.9 ms"),
        (0.000_96, "1 ms"),
        (0.0411, "41 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (2.34, "2.3 s"),
        (59.96, "1 m 00 s"),
        (64, "1 m 04 s"),
        (3599.6, "1 h 00 m"),
        (3725, "1 h 02 m"),
    ],
)
def test_durations_read_like_speech(seconds: float, text: str) -> None:
    """No unit ever reaches the next one's first value."""
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1 byte"), (45, "45 bytes"), (1200, "1.2 KB"), (999_999, "1.0 MB")]
)
def test_sizes_read_like_speech(number: int, text: str) -> None:
    """The same for bytes."""
    assert size(number) == text


def test_counts_have_their_noun() -> None:
    """One test, two tests."""
    assert (count(1, "test"), count(1234, "test")) == ("1 test", "1,234 tests")


def test_long_lists_say_how_much_is_missing() -> None:
    """Never "and 1 more": the name itself is shorter."""
    assert listed(["a", "b", "c", "d"]) == "a, b, c, d"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_a_clipped_text_says_so() -> None:
    """An ellipsis stands where something is missing."""
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("abc", 4) == "abc"


def test_control_characters_are_shown() -> None:
    """Tab and line feed stay; the rest becomes visible."""
    assert printable("a\tb\nc\x1b\x07\x9b\r\n") == "a\tb\nc\\x1b\\x07\\x9b\n"


def test_labels_are_short_where_nothing_is_lost() -> None:
    """The suite's name is left out where there is only one."""
    assert Labels(["shop/login", "shop/cart"])("shop/cart") == "cart"
    assert Labels(["shop/login", "auth/login"])("shop/login") == "shop/login"


def test_a_curl_command_can_be_pasted() -> None:
    """A shell reads the command as it was meant, whatever stands in the body."""
    body = 'it\'s "quoted" $HOME `x`\nsecond line'
    record = ExchangeRecord(
        method="PUT", url="http://x.test/a?b=c&d=e", request_headers=(("X-A", "it's"),), request_body=body
    )
    script = """curl() { printf '%s\\0' "$@"; }; """ + "\n".join(curl_command(record))
    words = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.split(
        "\0"
    )
    assert words[:3] == ["-X", "PUT", "http://x.test/a?b=c&d=e"]
    assert words[3:-1] == ["-H", "X-A: it's", "-H", "Content-Type:", "--data-raw", body]


def test_curl_gets_no_header_that_it_writes_itself() -> None:
    """Host and length belong to curl; a copied length would be wrong after an edit."""
    record = ExchangeRecord(
        method="GET", url="http://x.test/", request_headers=(("Host", "x.test"), ("accept", "*/*"))
    )
    assert curl_command(record) == ["curl http://x.test/"]


def test_a_head_request_is_asked_as_one() -> None:
    """curl would wait for a body after -X HEAD."""
    assert curl_command(exchange("HEAD", "http://x.test/"))[0].startswith("curl --head http://x.test/")


def test_what_turns_the_direction_of_writing_is_shown() -> None:
    """An answer must not make a line read backwards."""
    assert printable("a\u202eb\u2066c") == "a\\u202eb\\u2066c"
