"""Arrows point one way."""

import subprocess
import sys

from tests.architecture.project import ROOT
from tests.patience import FOR_EVER_SECONDS


def test_arrows_point_one_way() -> None:
    """context/ never imports worker/, worker/ is built in layers, and nothing goes round in a circle."""
    # In a process of its own: import-linter configures logging, and with it silences everybody else's.
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
