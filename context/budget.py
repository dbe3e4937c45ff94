"""How much work one look at a document may be. Paths come from suites, and a worker serves many.

A path such as `$..*..*..*` can ask for more steps than there are atoms, in one line of a file.
"""

from context.values import JsonValue

#: Steps that one path may take in any document: about a second.
STEPS = 300_000
#: Steps for each value of a larger document: an honest path looks at a value a few times.
STEPS_A_VALUE = 12


class TooMuchWork(Exception):
    """A path or an expression would take too long. The message is a sentence."""


class Budget:
    """The steps that are left for one look at a document."""

    __slots__ = ("_document", "_left", "_what")

    def __init__(self, what: str, document: JsonValue = None) -> None:
        self._left = STEPS
        self._what = what
        self._document = document

    def spend(self, steps: int = 1) -> None:
        """Take some steps. Raises TooMuchWork when there are none left."""
        self._left -= steps
        if self._left < 0:
            self._look_closer()

    def _look_closer(self) -> None:
        # Counting takes time, so it is done only for documents that seem to need it.
        if self._document is not None:
            self._left += max(0, values_in(self._document) * STEPS_A_VALUE - STEPS)
            self._document = None
        if self._left < 0:
            raise TooMuchWork(f"{self._what} takes too many steps in this document and was stopped")


def values_in(document: JsonValue) -> int:
    """How many values a document holds, itself included."""
    count = 0
    waiting = [document]
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return count
