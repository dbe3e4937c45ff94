"""As much XML as a report needs: elements with attributes, and text that cannot break them."""

import re
from collections.abc import Iterable, Mapping

#: What XML 1.0 forbids however it is escaped.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What stands for a character that XML cannot carry.
_REPLACEMENT = "\ufffd"

_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


#: How a file begins.
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(name: str, attributes: Mapping[str, str], children: Iterable[str] = (), text: str = "") -> str:
    """One element. `children` are elements already written; `text` is escaped here."""
    start = start_tag(name, attributes)
    inner = _legal(text).translate(_IN_TEXT) + _indented(children)
    return f"{start}{inner}</{name}>" if inner else f"{start[:-1]}/>"


def start_tag(name: str, attributes: Mapping[str, str]) -> str:
    """How an element begins."""
    said = "".join(f' {key}="{_attribute(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>"


def _attribute(value: str) -> str:
    return _legal(value).translate(_IN_ATTRIBUTE)


def _legal(text: str) -> str:
    return _ILLEGAL.sub(_REPLACEMENT, text)


def _indented(children: Iterable[str]) -> str:
    # Only the break is added, no depth: text inside an element must stay what it is.
    inner = "\n".join(children)
    return f"\n{inner}\n" if inner else ""
