"""`baton graph` as a process."""

from pathlib import Path

from tests.acceptance.commands import baton

SUITE = """\
suite: shop
tests:
  login:
    POST: http://127.0.0.1:1/login
    capture: { tokens: { access_token: $.token } }
  cart:
    GET: http://127.0.0.1:1/cart
    auth: { bearer: "{{ tokens.access_token }}" }
  news:
    GET: http://127.0.0.1:1/news
"""


def _graph(folder: Path, *options: str) -> str:
    (folder / "shop.yaml").write_text(SUITE)
    done = baton("graph", "shop.yaml", *options, home=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_edges_are_shown_with_their_reasons(tmp_path: Path) -> None:
    """An edge that nobody wrote says where it comes from."""
    text = _graph(tmp_path)
    assert "3 tests, 1 dependency, 2 levels" in text
    assert "← login  token" in text
    assert "access_token" in text


def test_mermaid_is_a_diagram(tmp_path: Path) -> None:
    """Ready for a page."""
    assert _graph(tmp_path, "--format", "mermaid").startswith("flowchart LR\n")


def test_a_part_can_be_shown(tmp_path: Path) -> None:
    """One test and what it needs."""
    text = _graph(tmp_path, "--only", "cart")
    assert "login" in text
    assert "news" not in text


def test_a_cycle_is_printed_as_a_path(tmp_path: Path) -> None:
    """In the file's own lines, with code 2."""
    text = SUITE.replace("/login\n", "/login\n    needs: [cart]\n")
    (tmp_path / "shop.yaml").write_text(text)
    done = baton("graph", "shop.yaml", home=tmp_path)
    assert done.returncode == 2
    assert "needs: [cart]" in done.stderr
