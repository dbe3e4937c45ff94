"""Long texts and files are looked through for secrets quickly, and as well as short ones."""

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from context.anchors import SHORTEST_ANCHOR
from context.masking import LONG_TEXT, Mask
from context.sensitive import hide_in_text, names_something
from tests.unit.context.test_masking import SECRET, SECRETS, SPELLINGS

#: Long, hard to spell, with an anchor in the middle, and shorter than any anchor.
MANNERS = {
    "a token": "eyJ0b2tlbiI6ImZvciBhbGwgb2YgdXMifQ",
    "a sentence": SECRET,
    "a sentence with a long word": f"ö/{'word' * 5}+&",
    "a password": "s3cret",
    "as short as an anchor may be": "abcdefghijklmnop"[:SHORTEST_ANCHOR],
}
FILLER = "ab,é " * (LONG_TEXT // 5 + 1)


@pytest.mark.parametrize("offset", range(8))
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("manner", MANNERS)
def test_a_secret_is_found_in_a_long_text(manner: str, spelling: str, offset: int) -> None:
    """However it is spelled, and wherever it begins."""
    spelled = SPELLINGS[spelling](MANNERS[manner])
    mask = Mask(["another-secret-of-this-run", MANNERS[manner]])
    text = f"{FILLER}{'-' * offset} {spelled} {FILLER}"
    assert spelled not in mask.text(text)
    assert mask.stands_in(text.encode())
    assert mask.stands_in(text.encode("utf-16-le"))
    assert mask.stands_in(text.encode("latin-1"))


@given(secret=SECRETS, before=st.integers(0, 20), spelling=st.sampled_from(sorted(SPELLINGS)))
def test_no_secret_is_lost_in_a_file(secret: str, before: int, spelling: str) -> None:
    """Among bytes that are no text, also where it has NULs of its own."""
    content = b"\xff\x00\xe9" * (LONG_TEXT // 2) + b"\xf0" * before + b" "
    assert Mask([secret]).stands_in(content + SPELLINGS[spelling](secret).encode() + b" \xff")


def test_a_file_that_holds_no_secret_holds_none() -> None:
    """Nor does one that has but the beginning or the end of one."""
    token = MANNERS["a token"]
    mask = Mask([token, "s3cret", "abc"])
    for content in (b"", b"abcd", FILLER.encode(), f"{FILLER}{token[:-1]} {token[1:]}{FILLER}".encode()):
        assert not mask.stands_in(content)
    assert not Mask().stands_in(FILLER.encode())


def test_a_short_secret_is_a_whole_file_only() -> None:
    """As it is a whole value only in texts."""
    assert Mask(["abc"]).stands_in(b"abc")


def test_a_file_is_looked_through_for_names() -> None:
    """What is hidden by its name or its shape, in UTF-16 as well."""
    for text in ('{"apiKey": "x1"}', '{"API-KEY": "x1"}', "a?private_key=x1", "<Passwd>x1</Passwd>"):
        assert names_something(text.encode())
        assert names_something(text.encode("utf-16-le"))
    assert not names_something(b'{"key": "x1", "api": 1} \xff')


def _seconds(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Of this thread alone, the least of some, and in turns: what else the machine does is not counted, and
    where it is slow for a while it is so for both."""
    turns = [(_once(one), _once(other)) for _ in range(7)]
    return min(first for first, _ in turns), min(second for _, second in turns)


def _once(work: Callable[[], object]) -> float:
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


def test_many_secrets_take_a_long_text_no_longer_than_one() -> None:
    """A run that has renewed its tokens for hours is as quick as in its first minute."""
    chance = random.Random(1)
    tokens = [f"{chance.getrandbits(160):040x}" for _ in range(400)]
    text = "".join(f"{chance.getrandbits(32):08x} " for _ in range(60_000))
    one, many = Mask(tokens[:1]), Mask(tokens)
    of_many, of_one = _seconds(lambda: many.text(text), lambda: one.text(text))
    assert of_many < 8 * of_one


def test_a_file_costs_little_more_than_reading_it() -> None:
    """It is taken for text only where something speaks for a secret: the loop that sends requests waits."""
    content = random.Random(1).randbytes(1 << 20)
    mask = Mask([f"{number:040x}" for number in range(5)])

    def as_text() -> None:
        text = content.decode(errors="surrogateescape")
        for view in (text, text.replace("\0", "")):
            hide_in_text(mask.text(view))

    quick, slow = _seconds(lambda: mask.stands_in(content) or names_something(content), as_text)
    assert 2 * quick < slow
