"""The files that suites name, as a push sends them."""

import base64
import hashlib
from pathlib import Path

import pytest

from worker.errors import FileUnreadable, UsageError
from worker.files import LocalFiles
from worker.parsing import load_suites
from worker.project.files import LARGEST_FILE_BYTES, NamedFiles, as_sent, gather, secret_name


def gathered(folder: Path, text: str) -> NamedFiles:
    """What a suite in this folder names."""
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    return gather(load_suites([folder / "shop.yaml"]), LocalFiles(folder), below=folder)


def hash_of(content: bytes) -> str:
    """As the project names it."""
    return hashlib.sha256(content).hexdigest()


def test_files_are_known_by_path_and_sent_by_content(tmp_path: Path) -> None:
    """Two files that hold the same are one content."""
    (tmp_path / "a.txt").write_bytes(b"same")
    (tmp_path / "b.txt").write_bytes(b"same")
    files = gathered(
        tmp_path, "suite: shop\ntests: { a: { POST: /a, file: a.txt }, b: { POST: /b, file: b.txt } }\n"
    )
    digest = hash_of(b"same")
    assert files.of == {"shop": {"a.txt": digest, "b.txt": digest}}
    assert files.contents == {digest: b"same"}
    assert as_sent(files.contents, [digest]) == {digest: base64.b64encode(b"same").decode()}
    assert "same" not in repr(files)


def test_snapshots_go_along(tmp_path: Path) -> None:
    """Those of the suite, which lie beside it."""
    (tmp_path / "__snapshots__" / "shop").mkdir(parents=True)
    (tmp_path / "__snapshots__" / "shop" / "a.json").write_bytes(b"{}")
    files = gathered(tmp_path, "suite: shop\ntests: { a: { GET: /a, expect: { snapshot: true } } }\n")
    assert files.of == {"shop": {"__snapshots__/shop/a.json": hash_of(b"{}")}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.key", b"-----BEGIN RSA PRIVATE KEY-----\n"),
        ("both.pem", b"-----BEGIN CERTIFICATE-----\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n"),
        ("store.p12", b"\x30\x82"),
    ],
)
def test_private_keys_stay_here(tmp_path: Path, name: str, content: bytes) -> None:
    """Whatever a suite uses them for."""
    (tmp_path / name).write_bytes(content)
    files = gathered(tmp_path, f"suite: shop\ntests: {{ a: {{ POST: /a, file: {name} }} }}\n")
    assert (files.of, files.contents, files.keys) == ({}, {}, (name,))


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """With its size and the limit; so are too many at once."""
    (tmp_path / "big").write_bytes(b"x" * (LARGEST_FILE_BYTES + 1))
    with pytest.raises(FileUnreadable, match="a project keeps files of up to 8 MiB") as refused:
        gathered(tmp_path, "suite: shop\ntests: { a: { POST: /a, file: big } }\n")
    assert refused.value.hint
    contents = {str(number): b"x" * LARGEST_FILE_BYTES for number in range(5)}
    with pytest.raises(UsageError, match=r"40\.0 MiB"):
        as_sent(contents, contents)


def test_the_secret_of_a_key_is_named_after_its_path() -> None:
    """So that nobody needs to look it up."""
    assert secret_name("certs/client.key") == "certs_client_key"
