"""The graph as a picture."""

from tests.builders import a_suite, a_test, a_token, a_use
from worker.graph import Selection, make_plan, to_mermaid, to_text

SHOP = a_suite(
    a_test("login", capture=[a_token("access")]),
    a_test("catalog", uses=[a_use("tokens", "access", field="auth.bearer")]),
    a_test("cart", needs=["catalog"], after=["login"]),
    a_test("health"),
)


def test_text_shows_levels_edges_and_reasons() -> None:
    """A test stands below all it waits for."""
    assert to_text(make_plan([SHOP])) == (
        "4 tests, 3 dependencies, 3 levels\n"
        "\n"
        "1  login\n"
        "   health\n"
        "2  catalog\n"
        "     ← login  token  uses tokens.access in auth.bearer\n"
        "3  cart\n"
        "     ← catalog  data   needs catalog\n"
        "     ← login    order  after login\n"
    )


def test_text_says_what_was_not_asked_for() -> None:
    """Required tests are marked."""
    text = to_text(make_plan([SHOP], Selection(only=("catalog",))))
    assert "1  login  (needed by others only)\n" in text
    assert text.startswith("2 tests, 1 dependency, 2 levels")


def test_several_suites_have_full_names() -> None:
    """Keys alone would be two logins."""
    other = a_suite(a_test("login", suite="other"), key="other")
    assert "shop/login" in to_text(make_plan([SHOP, other]))


def test_mermaid_has_a_box_for_each_suite_and_an_arrow_for_each_edge() -> None:
    """The stronger, the thicker."""
    other = a_suite(a_test("login", suite="other"), key="other")
    assert to_mermaid(make_plan([SHOP, other])) == (
        "flowchart LR\n"
        '  subgraph s0["shop"]\n'
        '    t0["login"]\n'
        '    t1["catalog"]\n'
        '    t2["cart"]\n'
        '    t3["health"]\n'
        "  end\n"
        '  subgraph s1["other"]\n'
        '    t4["login"]\n'
        "  end\n"
        "  t0 ==>|token| t1\n"
        "  t1 -->|data| t2\n"
        "  t0 -.->|order| t2\n"
    )


def test_mermaid_survives_any_name() -> None:
    """Names that a program made may hold what mermaid takes for itself."""
    assert '["a#quot;b#lt;#35;"]' in to_mermaid(make_plan([a_suite(a_test('a"b<#'))]))
