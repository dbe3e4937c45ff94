"""What is inside of files that are packed, so that it can be looked through."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

#: Bytes that come out of one file at most. A small file can hold gigabytes.
MOST_BYTES = 16 << 20
#: A file in a file in a file: deeper than anybody packs for somebody to read.
_DEEPEST = 3

#: How files begin that nothing of Python's own unpacks: 7z, RAR, zstd, bzip2, xz, compress.
_OPAQUE = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\x00", b"\x1f\x9d")
_GZIP_WINDOW = 31
_STREAM = re.compile(rb"stream\r?\n")


class CannotLookInside(Exception):
    """It is packed in a way that is not unpacked here, is locked, damaged, or far too large inside."""


def layers_of(body: bytes) -> Iterator[bytes]:
    """The file, and what is packed in it: members of a zip, a gzip's content, the streams of a PDF.

    Raises CannotLookInside.
    """
    yield from _Unpacking().layers(body, depth=0)


class _Unpacking:
    """How much may still come out."""

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def layers(self, body: bytes, *, depth: int) -> Iterator[bytes]:
        yield body
        if body.startswith(_OPAQUE) or depth > _DEEPEST:
            raise CannotLookInside
        for inner in self._inside(body):
            yield from self.layers(inner, depth=depth + 1)

    def _inside(self, body: bytes) -> Iterator[bytes]:
        if body.startswith(b"PK\x03\x04"):
            yield from self._members(body)
        elif body.startswith(b"\x1f\x8b"):
            yield self._inflated(body, window=_GZIP_WINDOW)
        elif body.startswith(b"%PDF-"):
            yield from self._streams(body)

    def _members(self, body: bytes) -> Iterator[bytes]:
        # Few runs meet one; the others do not wait for this.
        from zipfile import BadZipFile, ZipFile

        try:
            with ZipFile(BytesIO(body)) as file:
                for member in file.infolist():
                    with file.open(member) as content:
                        yield self._counted(content.read(self._left + 1))
        # Locked ones raise RuntimeError, unknown methods NotImplementedError, which is one.
        except (BadZipFile, RuntimeError, zlib.error, EOFError, OSError, ValueError):
            raise CannotLookInside from None

    def _streams(self, body: bytes) -> Iterator[bytes]:
        """Those that are deflated; pictures and fonts that are packed otherwise hold no text."""
        for found in _STREAM.finditer(body):
            start = body[found.end() : found.end() + 1]
            if start == b"x":
                yield self._inflated(body[found.end() :], window=zlib.MAX_WBITS)

    def _inflated(self, body: bytes, *, window: int) -> bytes:
        try:
            return self._counted(zlib.decompressobj(window).decompress(body, self._left + 1))
        except zlib.error:
            raise CannotLookInside from None

    def _counted(self, content: bytes) -> bytes:
        self._left -= len(content)
        if self._left < 0:
            raise CannotLookInside
        return content
