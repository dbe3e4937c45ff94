"""What a file says in words, so that endpoints and environments give only the rest."""

import pytest

from worker.parsing import parse_suite


def said_of(test: str, *, head: str = "", key: str = "login") -> set[str]:
    """What a test says, or its suite."""
    text = f"suite: shop\n{head}tests:\n  login: {{ {test} }}\n"
    return set(parse_suite(text, path="shop.yaml").tests[key].said)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("GET: /a", set[str]()),
        ("GET: /a, timeout: 1s", {"timeout"}),
        ("GET: /a, timeout: { total: 1s }", {"timeout"}),
        ("GET: /a, timeout: { connect: 1s }", set()),
        ("GET: /a, retries: 0", {"retries"}),
        ("GET: /a, retries: { count: 2, delay: 1s }", {"retries", "retry_delay"}),
        ("GET: /a, retry_delay: 0", {"retry_delay"}),
        ("GET: /a, auth: none", {"auth"}),
        ("GET: /a, headers: { Accept: null }", {"headers.accept"}),
        ("steps: [{ GET: /a, headers: { A: x } }, { GET: /b, auth: none }]", {"headers.a", "auth"}),
        ("steps: [{ GET: /a, timeout: 1s }]", set()),
    ],
)
def test_only_what_is_written_is_said(test: str, said: set[str]) -> None:
    """A time limit for a part is none for the whole; one of a step is the step's."""
    assert said_of(test) == said


def test_defaults_and_templates_say_it_for_their_tests() -> None:
    """They stand in the same file, or were asked for by it."""
    defaults = "defaults: { timeout: 1s, auth: none, headers: { A: x } }\n"
    assert said_of("GET: /a", head=defaults) == {"timeout", "auth", "headers.a"}
    assert said_of("use: slow", head="templates: { slow: { GET: /a, timeout: 9s } }\n") == {"timeout"}


def test_hooks_keep_to_the_time_limit_of_their_suite() -> None:
    """As its tests do."""
    head = "defaults: { timeout: 7s }\nhooks: { before_all: [{ POST: /reset }] }\n"
    text = f"suite: shop\n{head}tests:\n  login: {{ GET: /a }}\n"
    hook = parse_suite(text, path="shop.yaml").tests["before-all"]
    assert (hook.timeout_seconds, set(hook.said)) == (7.0, {"timeout"})
