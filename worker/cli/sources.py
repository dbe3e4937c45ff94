"""The texts of suite files as they may be shown: without the secrets that somebody has written there."""

from collections.abc import Callable, Iterable

from context.sensitive import hide_in_source
from context.spellings import SHORTEST_SECRET
from context.values import MASK
from worker.literal_secrets import literal_secrets
from worker.models.suite import Suite


def sources_of(suites: Iterable[Suite], *, mask: Callable[[str], str] = str) -> dict[str, str]:
    """The texts of the files by their path; `mask` hides what else must not be seen."""
    suites = list(suites)
    literal = literal_secrets(suites)
    texts = {path: text for suite in suites for path, text in suite.borrowed.items()}
    texts |= {suite.path: suite.source for suite in suites}
    return {path: mask(_hidden(text, literal)) for path, text in texts.items()}


def _hidden(text: str, literal: Iterable[str]) -> str:
    """A file without the secrets in it. What stands behind them in a line stays where it is."""
    for secret in literal:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, MASK.ljust(len(secret)))
    return hide_in_source(text)
