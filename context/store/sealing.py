"""Contexts made unreadable for whoever sees the place where they are kept.

AES-256 in GCM: who does not have the key can neither read a context nor change it, nor pass one run's
context off as another's.
"""

import os
from typing import TYPE_CHECKING

from context.errors import StoreError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Shorter keys can be guessed. `openssl rand -base64 32` makes one of 44 characters.
LEAST_KEY_CHARACTERS = 32

#: What GCM wants to be different for every message under one key.
_NONCE_BYTES = 12


class Seal:
    """Seals texts under a key that is a text of at least 32 random characters. The key is in no repr."""

    __slots__ = ("_cipher",)

    def __init__(self, key: str) -> None:
        """Raises StoreError for a key that is too short, or where encryption is not installed."""
        if len(key) < LEAST_KEY_CHARACTERS:
            raise StoreError(
                f"the key for contexts has {len(key)} characters; {LEAST_KEY_CHARACTERS} are the least",
                hint="make one with `openssl rand -base64 32`, the same for all who share contexts",
            )
        self._cipher = _cipher(key)

    def close(self, text: str, *, purpose: str) -> bytes:
        """The text, sealed. It can be opened for the same purpose only."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), purpose.encode())

    def open(self, sealed: bytes, *, purpose: str) -> str:
        """The text. Raises StoreError if it was sealed under another key, or was changed."""
        from cryptography.exceptions import InvalidTag

        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, content, purpose.encode()).decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError):
            raise StoreError(
                "the context was written under another key",
                hint="all who share contexts need the same key",
            ) from None


def _cipher(key: str) -> "AESGCM":
    try:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    except ImportError:
        raise StoreError(
            "contexts cannot be encrypted: a package is missing", hint="pip install 'baton[redis]'"
        ) from None
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"baton contexts").derive(key.encode())
    return AESGCM(derived)
