"""`baton run` on a machine that has nothing else: no network beyond itself, nothing on the PATH."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import FOR_EVER_SECONDS

EXAMPLES = Path(__file__).parents[2] / "examples"

#: Inside a network of its own: switch its loopback on, open the shop, run its suite.
PROGRAM = """
import fcntl, re, socket, struct, subprocess, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lever:
    fcntl.ioctl(lever, 0x8914, struct.pack("16sh", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
shop = subprocess.Popen([sys.executable, "shop/server.py", "--port", "0"], stdout=subprocess.PIPE, text=True)
url = re.search(r"http://[0-9.:]+", shop.stdout.readline()).group()
try:
    baton = [sys.executable, "-m", "worker.cli.main", "run", "shop", "--base-url", url]
    sys.exit(subprocess.run(baton).returncode)
finally:
    shop.kill()
    shop.wait()
"""


def can_be_alone() -> bool:
    """Whether this system gives a process a network of its own."""
    program = shutil.which("unshare")
    return program is not None and subprocess.run([program, "-rn", "true"], check=False).returncode == 0


@pytest.mark.skipif(not can_be_alone(), reason="this system gives nobody a network of his own")
def test_the_shop_needs_nothing_but_itself(tmp_path: Path) -> None:
    """No Node, no service, no name to look up: all tests pass."""
    (tmp_path / "empty").mkdir()
    password = "a-password-of-this-test"
    done = subprocess.run(
        [str(shutil.which("unshare")), "-rn", sys.executable, "-c", PROGRAM],
        env={
            "PATH": str(tmp_path / "empty"),
            "HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "SHOP_PASSWORD": password,
            "BATON_SECRET_PASSWORD": password,
        },
        cwd=EXAMPLES,
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "23 passed" in done.stdout
    assert password not in done.stdout + done.stderr
