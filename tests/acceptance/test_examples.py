"""The two examples, run with `baton run` as their READMEs say."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.commands import Done, baton
from tests.stack import shared_stack

EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "a-password-of-this-test"
TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+")


@contextmanager
def open_shop(*options: str) -> Iterator[str]:
    """The shop with these options on a free port; gives its address."""
    program = [sys.executable, str(EXAMPLES / "shop" / "server.py"), "--port", "0", *options]
    surroundings = {**os.environ, "SHOP_PASSWORD": PASSWORD}
    with subprocess.Popen(program, env=surroundings, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://[\d.:]+", server.stdout.readline())
        assert found
        try:
            yield found.group()
        finally:
            server.terminate()


def run_shop(home: Path, url: str, *options: str, password: str = PASSWORD) -> Done:
    """Run the shop's suite against the shop at this address."""
    secret = {"BATON_SECRET_PASSWORD": password}
    return baton("run", EXAMPLES / "shop", "--base-url", url, *options, home=home, settings=secret)


def verdicts(report: Path) -> dict[str, str]:
    """Each test's verdict, out of a JSON report."""
    content = json.loads(report.read_text(encoding="utf-8"))
    return {test["key"]: test["verdict"] for test in content["tests"]}


def names(found: dict[str, str], verdict: str) -> set[str]:
    """The tests with this verdict."""
    return {name for name, its in found.items() if its == verdict}


def test_the_shop_passes(tmp_path: Path) -> None:
    """All tests of the shop pass against the shop as it is."""
    with open_shop() as url:
        done = run_shop(tmp_path, url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "23 passed" in done.stdout


def test_no_token_and_no_password_gets_out(tmp_path: Path) -> None:
    """Not in the terminal, not even with -v, and in no report."""
    junit, report = tmp_path / "out.xml", tmp_path / "out.json"
    with open_shop() as url:
        done = run_shop(tmp_path, url, "-v", "--report", f"junit={junit}", "--report", f"json={report}")
    assert done.returncode == 0, done.stdout + done.stderr
    for text in (done.stdout, done.stderr, junit.read_text("utf-8"), report.read_text("utf-8")):
        assert PASSWORD not in text
        assert not TOKEN.search(text)


def test_a_slow_endpoint_fails_one_test(tmp_path: Path) -> None:
    """A time that does not hold fails the test that expects it, and nothing else."""
    with open_shop("--slow", "5.1") as url:
        done = run_shop(tmp_path, url, "--report", f"json={tmp_path / 'out.json'}")
    found = verdicts(tmp_path / "out.json")
    assert done.returncode == 1
    assert found.pop("recommendations") == "failed"
    assert set(found.values()) == {"passed"}


def test_a_flaky_endpoint_is_asked_again(tmp_path: Path) -> None:
    """With retries the test passes; where every try fails, it does, and what needs it is blocked."""
    with open_shop("--flaky", "0.5", "--seed", "1") as url:
        assert run_shop(tmp_path, url).returncode == 0
    with open_shop("--flaky", "1") as url:
        done = run_shop(tmp_path, url, "--report", f"json={tmp_path / 'out.json'}")
    assert done.returncode == 1
    found = verdicts(tmp_path / "out.json")
    assert names(found, "failed") == {"stock"}
    assert {"add-to-cart", "cart", "order", "cancel-twice"} <= names(found, "blocked")
    assert "blocked by stock" in done.stdout


def test_one_wrong_password_is_one_cause(tmp_path: Path) -> None:
    """What needs the login is blocked by it, not failed; what does not need it still passes."""
    with open_shop() as url:
        done = run_shop(tmp_path, url, "--report", f"json={tmp_path / 'out.json'}", password="another")
    found = verdicts(tmp_path / "out.json")
    assert done.returncode == 1
    assert names(found, "failed") == {"login", "login-to-leave"}
    assert names(found, "passed") == {"wrong-password", "no-token", "forged-token"}
    assert len(names(found, "blocked")) == 18


def test_a_shop_that_is_closed_is_no_failed_test(tmp_path: Path) -> None:
    """Exit code 3 says that nothing could be found out."""
    with open_shop() as url:
        pass
    assert run_shop(tmp_path, url).returncode == 3


def test_a_missing_secret_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    """Exit code 2, the name of the secret, and how to give it."""
    done = baton("run", EXAMPLES / "shop", home=tmp_path)
    assert done.returncode == 2
    assert "secrets.password" in done.stderr
    assert "BATON_SECRET_PASSWORD" in done.stderr


@pytest.mark.stack
def test_supabase_passes(tmp_path: Path) -> None:
    """The suite of Supabase's Auth and Data API holds on the local stack, and tells no secret."""
    stack = shared_stack()
    values = {
        "BATON_VAR_PUBLISHABLE_KEY": stack.publishable_key,
        "BATON_SECRET_PASSWORD": PASSWORD,
    }
    done = baton(
        "run", EXAMPLES / "supabase-auth", "--base-url", stack.url, "-v", home=tmp_path, settings=values
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 passed" in done.stdout
    assert PASSWORD not in done.stdout
    assert not TOKEN.search(done.stdout)


def test_both_lint_clean(tmp_path: Path) -> None:
    """The examples are without a problem."""
    done = baton("lint", EXAMPLES, home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
