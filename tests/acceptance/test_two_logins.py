"""Two tests capture one name: everybody gets what is meant for him."""

from pathlib import Path

from tests.acceptance.commands import baton
from tests.targets import running_target

SHOP = """
suite: shop
tests:
  login: { POST: /answer, json: { json: { t: token-of-shop } }, capture: { tokens: { access: $.t } } }
  use: { GET: /echo/shop, auth: { bearer: "{{ tokens.access }}" }, after: [bank/boss] }
"""
BANK = """
suite: bank
tests:
  clerk: { POST: /answer, json: { json: { t: token-of-clerk } }, capture: { tokens: { access: $.t } } }
  boss:
    POST: /answer
    after: [clerk]
    json: { json: { t: token-of-boss } }
    capture: { tokens: { access: $.t } }
  as-clerk: { GET: /echo/clerk, needs: [clerk], after: [boss], auth: { bearer: "{{ tokens.access }}" } }
  as-boss: { GET: /echo/boss, needs: [boss], auth: { bearer: "{{ tokens.access }}" } }
"""


def test_a_token_is_that_of_the_suite_or_of_the_test_that_is_needed(tmp_path: Path) -> None:
    """Whichever came last."""
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "bank.yaml").write_text(BANK)
    with running_target() as target:
        done = baton("run", "shop.yaml", "bank.yaml", "--base-url", target.base_url, home=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        sent = {each.path: each.header("Authorization") for each in target.requests if "echo" in each.path}
    assert sent == {
        "/echo/shop": "Bearer token-of-shop",
        "/echo/clerk": "Bearer token-of-clerk",
        "/echo/boss": "Bearer token-of-boss",
    }
