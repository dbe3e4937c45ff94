"""`baton completion`: what real shells complete."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.commands import baton, place_program
from tests.patience import FOR_EVER_SECONDS

SUITE = """
suite: s
environments: { local: { default: true }, staging: {} }
tests:
  who-am-i: { GET: /, tags: [smoke] }
  wrong-password: { GET: /, tags: [slow, smoke] }
  login: { GET: / }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite, and a `baton` on the PATH."""
    (tmp_path / "s.yaml").write_text(SUITE, encoding="utf-8")
    place_program(tmp_path / "bin")
    return tmp_path


def complete(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    script = baton("completion", "bash", home=folder).stdout
    line = " ".join(f"'{word}'" for word in ("baton", *words))
    script += f"\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _baton_completion baton 2>&1"
    script += '\nprintf "%s\\n" "${COMPREPLY[@]}"'
    path = f"{folder / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-c", script], env={"PATH": path, "HOME": str(folder)}, cwd=folder, capture_output=True,
        text=True, timeout=FOR_EVER_SECONDS, check=True,
    )  # fmt: skip
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on this machine")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["run", "s.yaml", "--only", "w"], ["who-am-i", "wrong-password"]),
        (["run", "--only", "lo"], ["login"]),
        (["run", "s.yaml", "--tag", ""], ["smoke", "slow"]),
        (["run", "s.yaml", "-e", "sta"], ["staging"]),
        (["graph", "s.yaml", "--only", "L"], ["login"]),
        (["export", "curl", "s.yaml", "--only", "who"], ["who-am-i"]),
        (["wat"], ["watch"]),
        (["db", "st"], ["stats", "status"]),
        (["run", "--upd"], ["--update-snapshots"]),
        (["run", "nowhere.yaml", "--only", "w"], ["who-am-i", "wrong-password"]),
    ],
)
def test_words_are_completed(words: list[str], offered: list[str], folder: Path) -> None:
    """Commands, options, and names out of the files that the line names, or of this folder."""
    assert sorted(complete(folder, *words)) == sorted(offered)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on this machine")
def test_files_with_mistakes_say_nothing(folder: Path) -> None:
    """A person is in the middle of a line."""
    (folder / "s.yaml").write_text("suite: s\ntests: [\n", encoding="utf-8")
    assert complete(folder, "run", "s.yaml", "--only", "w") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(shell: str, tmp_path: Path) -> None:
    """And a shell that is here can read it."""
    done = baton("completion", shell, home=tmp_path)
    assert done.returncode == 0
    assert "_BATON_COMPLETE" in done.stdout
    program = shutil.which(shell)
    if program:
        checked = subprocess.run(
            [program, "-n"], input=done.stdout, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
