"""Small values that people write in their own way."""

from typing import Any

import pytest

from worker.models.expectation import Operator
from worker.models.problem import ProblemKind
from worker.parsing.durations import read_duration, read_limit, read_time
from worker.parsing.http_values import (
    read_base_url,
    read_header,
    read_header_name,
    read_method,
    read_query_value,
    read_scalar,
    read_status,
    read_url,
)
from worker.parsing.mistake import Mistake, has_template, in_words
from worker.parsing.names import read_name, read_suite_key, read_test_key, slug
from worker.parsing.plain_values import (
    read_boolean,
    read_rate,
    read_text,
    read_true,
    read_words,
    whole_number,
    word,
)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("500ms", 0.5),
        ("10s", 10.0),
        ("1m", 60.0),
        ("1h", 3600.0),
        (2, 2.0),
        (0.25, 0.25),
        ("1.5 s", 1.5),
        (".5s", 0.5),
        ("3", 3.0),
        (0, 0.0),
    ],
)
def test_a_duration_becomes_seconds(written: Any, seconds: float) -> None:
    """Units are ms, s, m and h; a bare number is seconds."""
    assert read_duration(written) == seconds


@pytest.mark.parametrize("written", ["10 seconds", "", "s", "-1s", -1, 1e9, "1d", True, None, [1], {}])
def test_what_is_no_duration_is_refused(written: Any) -> None:
    """Nothing is guessed."""
    with pytest.raises(Mistake):
        read_duration(written)


def test_a_limit_is_more_than_nothing() -> None:
    """A test that may take no time at all can only fail."""
    with pytest.raises(Mistake, match="more than nothing"):
        read_limit("0ms")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("< 500ms", [(Operator.LESS, 0.5)]),
        ("<2", [(Operator.LESS, 2.0)]),
        ("<= 1s", [(Operator.BETWEEN, [0.0, 1.0])]),
        ({"less": "500ms"}, [(Operator.LESS, 0.5)]),
        ({"greater": "1ms", "less": 1}, [(Operator.GREATER, 0.001), (Operator.LESS, 1.0)]),
        ({"between": ["10ms", "1s"]}, [(Operator.BETWEEN, [0.01, 1.0])]),
    ],
)
def test_a_time_says_what_it_must_be(written: Any, read: object) -> None:
    """Short as a text, or as a mapping of operators."""
    assert read_time(written) == read


@pytest.mark.parametrize(
    "written", ["500ms", "> 1s", "<", 5, {}, {"more": 1}, {"between": [2, 1]}, {"between": [1]}, {"less": 0}]
)
def test_what_is_no_time_is_refused(written: Any) -> None:
    """A bare duration does not say whether it is the least or the most."""
    with pytest.raises(Mistake):
        read_time(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (200, (Operator.EQUALS, 200)),
        ([200, 201], (Operator.ONE_OF, [200, 201])),
        ([200, "3XX"], (Operator.ONE_OF, [200, "3xx"])),
        ("2xx", (Operator.STATUS_CLASS, "2xx")),
        ("4XX", (Operator.STATUS_CLASS, "4xx")),
    ],
)
def test_a_status_is_a_code_codes_or_a_class(written: Any, read: object) -> None:
    """All ways of saying it."""
    assert read_status(written) == read


@pytest.mark.parametrize("written", ["200", "ok", "6xx", 99, 600, True, None, [], [200, "201"], ["6xx"], {}])
def test_what_is_no_status_is_refused(written: Any) -> None:
    """A code in quotes is a text: nobody compares texts with codes."""
    with pytest.raises(Mistake):
        read_status(written)


@pytest.mark.parametrize(
    "url", ["/", "/a b", "http://x", "HTTPS://x/y", "{{ base_url }}/x", "{% if a %}/x{% endif %}"]
)
def test_a_path_a_whole_url_or_a_template(url: str) -> None:
    """The three things a request can go to."""
    assert read_url(url) == url


@pytest.mark.parametrize("url", ["", "login", "ftp://x", "//x\n", "/a\tb", 5, None])
def test_what_is_no_path_is_refused(url: Any) -> None:
    """A path without '/' could be glued to the host."""
    with pytest.raises(Mistake):
        read_url(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8900", "https://x.example/api/v1", "HTTP://[::1]:80"])
def test_a_base_url_is_whole(url: str) -> None:
    """Scheme, host, and perhaps a path."""
    assert read_base_url(url) == url


@pytest.mark.parametrize("url", ["127.0.0.1", "http://", "http://x?y", "http://a b", "/x", 5])
def test_what_is_no_base_url_is_refused(url: Any) -> None:
    """Queries and fragments could not stand in front of a path."""
    with pytest.raises(Mistake):
        read_base_url(url)


def test_scalars_become_text_as_json_writes_them() -> None:
    """A header never says `True`."""
    assert [read_scalar(value) for value in (True, False, 5, 1.5, "x")] == ["true", "false", "5", "1.5", "x"]
    assert read_header(None) is None
    wrong: Any
    for wrong in ([], {}, None):
        with pytest.raises(Mistake):
            read_scalar(wrong)


def test_a_query_parameter_may_be_repeated() -> None:
    """A list of scalars is a parameter that is there several times."""
    assert read_query_value(["a", 1]) == ["a", 1]
    assert read_query_value("x") == "x"
    wrong: Any
    for wrong in (None, {}, [[1]], [None]):
        with pytest.raises(Mistake):
            read_query_value(wrong)


def test_methods_and_headers_have_the_signs_that_http_allows() -> None:
    """Anything else could change the request it is a part of."""
    assert read_method("PROPFIND") == "PROPFIND"
    assert read_header_name("X-Api-Key") == "X-Api-Key"
    for wrong in ("get", "GET /", 5):
        with pytest.raises(Mistake):
            read_method(wrong)
    for name in ("", "a b", "a:b", "a\n"):
        with pytest.raises(Mistake):
            read_header_name(name)


def test_only_true_and_false_are_booleans() -> None:
    """`yes` is a text in YAML 1.2, and we say what to write instead."""
    assert read_boolean(True) is True
    with pytest.raises(Mistake) as caught:
        read_boolean("no")
    assert caught.value.hint == "write false"
    assert read_true(True) is True
    with pytest.raises(Mistake):
        read_true(False)


def test_texts_are_texts() -> None:
    """A number is not taken for a text, because `007` would lose its zeros."""
    assert read_text("") == ""
    assert read_words("x") == "x"
    wrong: Any
    for wrong in (7, None, True, []):
        with pytest.raises(Mistake) as caught:
            read_text(wrong)
        assert caught.value.kind is ProblemKind.WRONG_TYPE
    with pytest.raises(Mistake):
        read_words("  ")


def test_numbers_have_limits() -> None:
    """Retries are not a million, and a rate is not nothing."""
    assert whole_number(0, 3)(3) == 3
    for wrong in (4, -1, True, 1.5, "1"):
        with pytest.raises(Mistake):
            whole_number(0, 3)(wrong)
    assert read_rate(0.5) == 0.5
    for no_rate in (0, "5", True):
        with pytest.raises(Mistake):
            read_rate(no_rate)


def test_a_word_is_one_of_some() -> None:
    """What is close gets the right word as a hint."""
    assert word("high", "low")("low") == "low"
    with pytest.raises(Mistake) as caught:
        word("high", "low")("hihg")
    assert caught.value.hint == "did you mean 'high'?"
    with pytest.raises(Mistake):
        word("high", "low")(5)


def test_names_can_be_used_in_templates() -> None:
    """Letters, digits and _; and none that templates have already."""
    assert read_name("user_id2") == "user_id2"
    for wrong in ("user-id", "2x", "", "tokens", "env", "a b", "é"):
        with pytest.raises(Mistake):
            read_name(wrong)


def test_keys_have_few_letters_and_an_end() -> None:
    """Keys stand in URLs, on command lines and in the database."""
    assert read_test_key("Add-to_cart2") == "Add-to_cart2"
    assert read_suite_key("shop-checkout") == "shop-checkout"
    for wrong in ("", "-x", "a/b", "a b", "é", "x" * 101):
        with pytest.raises(Mistake):
            read_test_key(wrong)
    for no_key in ("Shop", 5, "x" * 101, "a.b"):
        with pytest.raises(Mistake):
            read_suite_key(no_key)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("shop checkout", "shop-checkout"),
        ("  Café & Bar!  ", "cafe-bar"),
        ("a_b", "a_b"),
        ("店", ""),
        ("x" * 150, "x" * 100),
        ("--", ""),
    ],
)
def test_a_title_becomes_a_key(title: str, key: str) -> None:
    """Accents go, everything else becomes a hyphen."""
    assert slug(title) == key


def test_values_are_named_for_people() -> None:
    """Nobody reads `NoneType`."""
    values: list[Any] = [None, True, 1, 1.5, "x", [], {}]
    assert [in_words(value) for value in values] == [
        "nothing",
        "a boolean",
        "a number",
        "a number",
        "a text",
        "a list",
        "a mapping",
    ]
    assert has_template("a {{ b }}")
    assert has_template("{% raw %}")
    assert not has_template("{ b }")
    assert not has_template(5)
