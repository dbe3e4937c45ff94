"""Keys of suites and tests, and names that templates use."""

import re
from typing import Any

from worker.parsing.mistake import Mistake
from worker.parsing.plain_values import read_text

#: Names that templates know already; a captured value of that name would hide them.
RESERVED_NAMES = frozenset(
    (
        "base_url",
        "captured_data",
        "env",
        "fixture",
        "params",
        "row",
        "secrets",
        "services",
        "shared_auth_tokens",
        "shared_variables",
        "tokens",
    )
)

NAME = "[A-Za-z_][A-Za-z0-9_]*"
KEY = "[A-Za-z0-9][A-Za-z0-9_-]*"
ROW_ID = "[A-Za-z0-9][A-Za-z0-9_.-]*"
SUITE_KEY = "[a-z0-9][a-z0-9_-]*"
LONGEST_KEY = 100

_NAME = re.compile(NAME)


def read_name(value: str) -> str:
    """A name that templates can use: letters, digits and underscores."""
    if not _NAME.fullmatch(value):
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", _without_accents(value)).strip("_")
        hint = f"write {plain}" if _NAME.fullmatch(plain) else "letters, digits and _, a letter first"
        raise Mistake(f"{value!r} cannot be used in a template", hint=hint)
    if value in RESERVED_NAMES:
        raise Mistake(f"{value!r} is a name that templates have already", hint="choose another one")
    return value


def read_parameter(value: str) -> str:
    """A parameter of a template: letters, digits and underscores."""
    if not _NAME.fullmatch(value):
        raise Mistake(f"{value!r} cannot be a parameter", hint="letters, digits and _, a letter first")
    return value


def read_template_name(value: Any) -> str:
    """A template of this suite, or `path#name` of another file."""
    text = read_text(value)
    path, _, name = text.rpartition("#")
    if not re.fullmatch(KEY, name) or ("#" in text and not path.strip()):
        raise Mistake(f"{text!r} names no template", hint="write its name, or path#name for another file")
    return text


def read_credential_name(value: Any) -> str:
    """A credential: letters, digits, '-' and '_', a letter first."""
    return _read_key(read_text(value), "[A-Za-z_][A-Za-z0-9_-]*", "a credential's name")


def read_service_name(value: Any) -> str:
    """One of an environment's services: letters, digits, '-' and '_'."""
    return _read_key(read_text(value), KEY, "a service's name")


def read_row_id(value: Any) -> str:
    """The id of a row: letters, digits, '.', '-' and '_'."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not re.fullmatch(ROW_ID, text) or len(text) > LONGEST_KEY:
        shown = repr(value) if isinstance(value, str | int | float) else "this"
        hint = "at most 100 letters, digits, '.', '-' and '_'"
        raise Mistake(f"{shown} cannot be the id of a row", hint=hint)
    return text


def read_test_key(value: str) -> str:
    """A test's key: letters, digits, hyphens and underscores."""
    return _read_key(value, KEY, "a test")


def read_environment_name(value: str) -> str:
    """An environment's name: letters, digits, hyphens and underscores."""
    return _read_key(value, KEY, "an environment")


def read_suite_key(value: Any) -> str:
    """A suite's key: small letters, digits, hyphens and underscores."""
    return _read_key(read_text(value), SUITE_KEY, "a suite")


def _read_key(value: str, pattern: str, what: str) -> str:
    if len(value) > LONGEST_KEY:
        longest = f"the key of {what} has at most {LONGEST_KEY} characters"
        raise Mistake(longest, hint="a title may be longer")
    if re.fullmatch(pattern, value):
        return value
    is_lower = pattern == SUITE_KEY
    plain = slug(value) if is_lower else re.sub(r"[^A-Za-z0-9_-]+", "-", _without_accents(value)).strip("-_")
    hint = f"write {plain}" if plain else "a title may have other letters"
    letters = "small letters" if is_lower else "letters"
    raise Mistake(f"{value!r} cannot be the key of {what}: {letters}, digits, '-' and '_'", hint=hint)


def _without_accents(text: str) -> str:
    """Letters without what stands above them: `Bestellübersicht` gives `Bestellubersicht`."""
    import unicodedata

    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def slug(title: str) -> str:
    """A suite's key made from its title: `Shop Checkout` gives `shop-checkout`. May be empty."""
    plain = _without_accents(title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:LONGEST_KEY].rstrip("-_")
