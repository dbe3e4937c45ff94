"""Did you mean …?"""

import pytest

from worker.parsing.document import SUITE
from worker.parsing.document_environment import ENVIRONMENT
from worker.parsing.document_expect import EXPECT
from worker.parsing.document_tests import TEST
from worker.parsing.shape import Shape
from worker.parsing.suggest import hint_for, nearest, one_of

KEYS = ("GET", "POST", "expect", "capture", "needs", "retry_delay", "json", "request", "title")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("expct", "expect"),
        ("Expect", "expect"),
        ("get", "GET"),
        ("PSOT", "POST"),
        ("retryDelay", "retry_delay"),
        ("retry delay", "retry_delay"),
        ("retry-delay", "retry_delay"),
        ("depends_on", "needs"),
        ("assert", "expect"),
        ("extract", "capture"),
        ("body", "json"),
        ("url", "request"),
        ("frobnicate", None),
        ("", None),
    ],
)
def test_the_word_that_was_meant(word: str, meant: str | None) -> None:
    """Slips, other spellings, and words of other tools."""
    assert nearest(word, KEYS) == meant


def test_a_word_of_another_tool_is_only_proposed_where_ours_is_allowed() -> None:
    """`url` means the base URL in an environment, and a request elsewhere."""
    assert nearest("url", ("base_url", "kind")) == "base_url"
    assert nearest("url", ("kind",)) is None


def test_a_hint_names_the_word_or_lists_all() -> None:
    """Or says what the caller knows better."""
    assert hint_for("gett", ("GET", "POST")) == "did you mean 'GET'?"
    assert hint_for("x", ("GET", "POST")) == "one of: GET, POST"
    assert hint_for("x", ("GET", "POST"), otherwise="ask somebody") == "ask somebody"
    assert hint_for("x", ()) is None
    assert one_of(map(str, range(100))) is None


@pytest.mark.parametrize("shape", [SUITE, TEST, EXPECT, ENVIRONMENT])
def test_no_word_of_ours_is_taken_for_one_of_another_tool(shape: Shape) -> None:
    """A key that is right is what it says."""
    assert {key: nearest(key, shape.keys) for key in shape.keys} == {key: key for key in shape.keys}


@pytest.mark.parametrize(
    ("word", "shape", "meant"),
    [
        ("text", EXPECT, "body"),
        ("duration", EXPECT, "time"),
        ("enabled", TEST, "skip"),
        ("parameters", TEST, "query"),
        ("teardown", TEST, "cleanup"),
        ("if", TEST, "when"),
        ("host", ENVIRONMENT, "base_url"),
    ],
)
def test_words_of_other_tools_lead_to_ours(word: str, shape: Shape, meant: str) -> None:
    """Where they stand in a file."""
    assert nearest(word, shape.keys) == meant
