"""Log files of the parts."""

import stat
from pathlib import Path

from worker.local.logs import LARGEST_BYTES, last_lines, open_log, see_log


def test_a_log_is_private_and_goes_on(tmp_path: Path) -> None:
    """What was written before stays."""
    path = tmp_path / "api.log"
    for text in (b"one\n", b"two\n"):
        with open_log(path) as log:
            log.write(text)
    assert path.read_text() == "one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_large_log_is_put_aside(tmp_path: Path) -> None:
    """One is kept; a disk is not filled."""
    path = tmp_path / "api.log"
    for letter in (b"a", b"b"):
        path.write_bytes(letter * (LARGEST_BYTES + 1))
        open_log(path).close()
    assert path.stat().st_size == 0
    assert (tmp_path / "api.log.1").read_bytes()[:1] == b"b"
    assert len(list(tmp_path.iterdir())) == 2


def test_an_error_shows_how_the_log_ends(tmp_path: Path) -> None:
    """The file, and its last lines; also when there is none."""
    path = tmp_path / "api.log"
    assert see_log(path) == f"See {path} (empty)."
    path.write_text("\n".join(f"line {number}" for number in range(100)))
    assert last_lines(path, count=2) == "line 98\nline 99"
    assert see_log(path).endswith("line 99")
