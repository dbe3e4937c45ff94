"""JSON laid out to be read: only white space is other than it came.

To read it and to write it anew would show other than what was answered: a key that is there twice once
only, 1.10 as 1.1, and numbers too large for a computer as Infinity.
"""

import json
import re

_INDENT = "  "
#: What stands between white space: a text, a sign of its own, or a number or word.
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")


def laid_out(text: str) -> str:
    """JSON with a line for each member and element. Raises ValueError or RecursionError where it is none."""
    json.loads(text, parse_int=str, parse_float=str)
    out: list[str] = []
    depth, before = 0, ""
    for part in _PART.findall(text):
        closes, opened = part in _CLOSING, before in _OPENING
        depth -= closes
        if (closes and not opened) or (not closes and (opened or before == ",")):
            out.append(f"\n{_INDENT * depth}")
        elif before == ":":
            out.append(" ")
        out.append(_readable(part))
        depth += part in _OPENING
        before = part
    return "".join(out)


def _readable(part: str) -> str:
    """A text whose letters were escaped, with the letters; half of one stays escaped."""
    if not _ESCAPED.search(part):
        return part
    shown = json.dumps(json.loads(part), ensure_ascii=False)
    return part if _HALF.search(shown) else shown
