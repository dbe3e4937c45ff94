"""What somebody may have meant who asked for what is not there."""

from collections.abc import Iterable

from context.paths import near_names

#: How many names a hint lists.
_LONGEST_LIST = 12


def meant_by(word: str, known: Iterable[str]) -> str | None:
    """A hint: the known name that looks like the word, else all of them; None where they are too many."""
    names = list(dict.fromkeys(known))
    near = near_names(word, names)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"one of: {', '.join(names)}" if 0 < len(names) <= _LONGEST_LIST else None
