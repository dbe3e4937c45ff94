"""Mail that nobody delivers: it lies in a folder of the stack, and what it says is good."""

import re
import stat
import uuid

import httpx
import pytest

from tests.patience import FOR_EVER_SECONDS
from worker.local.folders import StackFolder
from worker.local.stack import StackInfo

pytestmark = pytest.mark.stack


@pytest.fixture
def address(stack: StackInfo) -> str:
    """The address of somebody who has an account."""
    found = f"{uuid.uuid4().hex}@example.com"
    answer = _post(stack, "signup", email=found, password="correct horse")
    assert answer.status_code == 200, answer.text
    return found


def _post(stack: StackInfo, path: str, **content: str) -> httpx.Response:
    headers = {"apikey": stack.publishable_key}
    url = f"{stack.url}/auth/v1/{path}"
    return httpx.post(url, json=content, headers=headers, timeout=FOR_EVER_SECONDS)


def _message(folder: StackFolder, address: str) -> str:
    texts = [path.read_text() for path in sorted(folder.mail.iterdir())]
    return [text for text in texts if text.startswith(f"To: {address}\n")][-1]


def test_a_lost_password_is_reset_by_what_lies_in_the_folder(
    stack: StackInfo, stack_folder: StackFolder, address: str
) -> None:
    """The link opens without a key, once, and leads to the stack's own address with a session."""
    assert _post(stack, "recover", email=address).status_code == 200
    [link] = re.findall(r"http://\S+", _message(stack_folder, address))
    answer = httpx.get(link, timeout=FOR_EVER_SECONDS)
    target, _, fragment = answer.headers["location"].partition("#")
    assert (answer.status_code, target.rstrip("/")) == (303, stack.url)
    assert "type=recovery" in fragment
    assert "access_token=" in fragment
    assert "error_code=otp_expired" in httpx.get(link, timeout=FOR_EVER_SECONDS).headers["location"]


def test_mail_is_for_the_owner_of_the_stack_only(
    stack: StackInfo, stack_folder: StackFolder, address: str
) -> None:
    """Whoever reads it takes over accounts."""
    _post(stack, "recover", email=address)
    assert stat.S_IMODE(stack_folder.mail.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in stack_folder.mail.iterdir()} == {0o600}
    assert address not in stack_folder.log("api").read_text()


def test_only_the_latest_messages_are_kept(stack: StackInfo, stack_folder: StackFolder, address: str) -> None:
    """A stranger who asks for many does not fill the disk."""
    stack_folder.mail.mkdir(mode=0o700, exist_ok=True)
    for number in range(60):
        (stack_folder.mail / f"2000-01-01-{number}.txt").touch(mode=0o600)
    _post(stack, "recover", email=address)
    assert len(list(stack_folder.mail.iterdir())) == 50
    assert address in _message(stack_folder, address)


def test_an_address_without_an_account_gets_none(stack: StackInfo, stack_folder: StackFolder) -> None:
    """And the answer does not say that there is none."""
    stranger = f"{uuid.uuid4().hex}@example.com"
    assert _post(stack, "recover", email=stranger).status_code == 200
    found = stack_folder.mail.iterdir() if stack_folder.mail.exists() else ()
    assert all(stranger not in path.read_text() for path in found)
