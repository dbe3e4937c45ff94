"""Certificates and keys, as the two clients want them."""

import re
import ssl
from pathlib import Path
from typing import Any

from worker.errors import RequestError
from worker.models.exchange import Channel

_PEM = b"-----BEGIN "
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\s*", re.DOTALL)
_ENCRYPTED = re.compile(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED")


def certificates_in(pem: bytes) -> list[bytes]:
    """Each certificate of a PEM file. Raises RequestError when there is none."""
    found = _CERTIFICATE.findall(pem)
    if not found:
        raise RequestError(
            "there is no certificate in this file",
            where="tls.ca",
            hint="a PEM file has -----BEGIN CERTIFICATE----- in it",
        )
    return found


def client_identity(certificate: bytes, key: bytes | None, password: str) -> tuple[bytes, bytes]:
    """A client's certificate and its key, opened, both as PEM.

    The certificate may be PEM, with or without its key, or PKCS #12. Raises RequestError.
    """
    if not certificate.lstrip().startswith(_PEM) and _PEM not in certificate:
        return _from_pkcs12(certificate, password)
    key = certificate if key is None else key
    if b"PRIVATE KEY-----" not in key:
        raise RequestError(
            "there is no private key for the client's certificate",
            where="tls.key",
            hint="name the file with the key under 'key', or put both into one PEM file",
        )
    return certificate, _opened(key, password) if _ENCRYPTED.search(key) else key


def ssl_context(channel: Channel) -> ssl.SSLContext:
    """What Python's own TLS needs to know of a channel."""
    context = ssl.create_default_context()
    if not channel.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if channel.ca is not None:
        context.load_verify_locations(cadata=channel.ca.decode("ascii", errors="ignore"))
    if channel.certificate is not None and channel.key is not None:
        _load_identity(context, channel.certificate, channel.key)
    return context


def _load_identity(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    # Python reads them from a file only; the folder is nobody else's, and gone at once.
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "identity.pem"
        path.touch(mode=0o600)
        path.write_bytes(key + b"\n" + certificate)
        try:
            context.load_cert_chain(path)
        except ssl.SSLError as error:
            raise misfit(error.reason or "they cannot be read") from None


def misfit(reason: str) -> RequestError:
    """What to say when a client's certificate does not go with its key, or either cannot be read."""
    return RequestError(
        f"the client's certificate and key cannot be used: {reason.lower().replace('_', ' ')}",
        where="tls.certificate",
        hint="check that the key belongs to the certificate, and that both are PEM",
    )


def _opened(key: bytes, password: str) -> bytes:
    serialization = _cryptography("hazmat.primitives.serialization")
    try:
        opened = serialization.load_pem_private_key(key, password.encode() or None)
    except (ValueError, TypeError):
        raise _wrong_password() from None
    return _unencrypted(opened, serialization)


def _from_pkcs12(data: bytes, password: str) -> tuple[bytes, bytes]:
    pkcs12 = _cryptography("hazmat.primitives.serialization.pkcs12")
    serialization = _cryptography("hazmat.primitives.serialization")
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except (ValueError, TypeError):
        raise _wrong_password() from None
    if key is None or certificate is None:
        raise misfit("the file has no certificate with a key")
    pem = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (certificate, *chain))
    return pem, _unencrypted(key, serialization)


def _unencrypted(key: Any, serialization: Any) -> bytes:
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem


def _wrong_password() -> RequestError:
    return RequestError(
        "the client's key cannot be opened",
        where="tls.password",
        hint="check the password, and that the file is PEM or PKCS #12",
    )


def _cryptography(module: str) -> Any:
    """A part of a package that only encrypted keys need."""
    import importlib

    try:
        return importlib.import_module(f"cryptography.{module}")
    except ImportError:
        raise RequestError(
            "opening an encrypted key needs a package that is not installed",
            where="tls.key",
            hint="install `baton[tls]`, or store the key without a password",
        ) from None
