"""What the documentation shows can be done as it is shown."""

import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from shopapi import ShopServer

from tests.acceptance.commands import baton
from tests.patience import FOR_EVER_SECONDS
from tests.shops import running_shop
from tests.stack import shared_stack
from worker.local.demo.member import sign_in_or_up

ROOT = Path(__file__).parents[2]


def block(page: str, language: str, beginning: str) -> str:
    """The block of code on this page that begins so."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return next(found for found in blocks if found.startswith(beginning))


@pytest.fixture(scope="module")
def shop() -> Iterator[ShopServer]:
    """The shop as it is when it is started without options."""
    with running_shop() as server:
        yield server


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_the_first_test_file_passes(page: str, shop: ShopServer, tmp_path: Path) -> None:
    """Whoever types it in sees it pass."""
    (tmp_path / "hello.yaml").write_text(block(page, "yaml", "# hello.yaml"), encoding="utf-8")
    secret = {"BATON_SECRET_PASSWORD": "pass-the-baton"}
    done = baton("run", "hello.yaml", "--base-url", shop.url, home=tmp_path, settings=secret)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_the_next_tests_pass_too(shop: ShopServer, tmp_path: Path) -> None:
    """They continue the first file."""
    page = "docs/getting-started.md"
    suite = block(page, "yaml", "# hello.yaml") + block(page, "yaml", "  catalog:")
    (tmp_path / "hello.yaml").write_text(suite, encoding="utf-8")
    secret = {"BATON_SECRET_PASSWORD": "pass-the-baton"}
    done = baton("run", "hello.yaml", "--base-url", shop.url, home=tmp_path, settings=secret)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


@pytest.mark.stack
async def test_a_project_of_ones_own(tmp_path: Path) -> None:
    """The program makes all that `baton push` and `baton trigger` need, with a member's rights."""
    stack = shared_stack()
    email, password = f"somebody-{uuid.uuid4()}@people.example", "a-password-of-this-test"
    await sign_in_or_up(stack.url, stack.publishable_key, email=email, password=password)
    program = tmp_path / "new_project.py"
    program.write_text(block("docs/deployment.md", "python", "# new_project.py"), encoding="utf-8")
    made = subprocess.run(
        [sys.executable, program, stack.url, stack.publishable_key, email],
        input=f"{password}\n",
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    project = {"BATON_URL": stack.url, "BATON_KEY": stack.publishable_key}
    login = ["login", "--email", email, "--password-stdin"]
    for command in (login, ["push", str(ROOT / "examples" / "shop"), "--project", "shop"]):
        done = baton(*command, home=tmp_path, settings=project, text=f"{password}\n")
        assert done.returncode == 0, done.stdout + done.stderr
