"""Everything that can go wrong with what a run knows, drawn as a tree.

A capture that finds nothing is not among them: it is a value (`Captured.failures`).

ContextError            carries what, where and hint, as all errors of Baton do
├── TemplateError       a template cannot be read or filled; names the expression, never a value
│   └── UndefinedName   it needs a name nobody has set; carries near names
└── StoreError          the context cannot be kept or fetched
    ├── StaleVersion    somebody else wrote in between: nothing was written
    └── StateTooLarge   it has outgrown the limit: nothing was written
"""

from collections.abc import Sequence


class ContextError(Exception):
    """Something a person must know: what happened, where, and what to do about it."""

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint


def _in_braces(expression: str) -> str:
    """The part of a template as its author knows it; a whole template has its braces already."""
    return expression if "{{" in expression or "{%" in expression else f"{{{{ {expression} }}}}"


class TemplateError(ContextError):
    """A template cannot be read or filled. `expression` is the part of it that is at fault."""

    def __init__(
        self, what: str, *, expression: str = "", where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.expression = expression

    def __str__(self) -> str:
        shown = f"{_in_braces(self.expression)}: {self.what}" if self.expression else self.what
        return f"{shown} ({self.hint})" if self.hint else shown


class UndefinedName(TemplateError):
    """A template needs a name nobody has set. `near` are names that look like it, nearest first."""

    def __init__(
        self,
        what: str,
        *,
        expression: str = "",
        near: Sequence[str] = (),
        where: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(what, expression=expression, where=where, hint=hint or did_you_mean(near))
        self.near = tuple(near)


class StoreError(ContextError):
    """The context cannot be kept or fetched."""


class StaleVersion(StoreError):
    """Somebody else wrote in between. Nothing was written; load again and decide anew."""


class StateTooLarge(StoreError):
    """The context has outgrown its limit. Nothing was written."""


def did_you_mean(near: Sequence[str]) -> str | None:
    """The hint for names that look like a wrong one; None when there are none."""
    if not near:
        return None
    return "did you mean " + " or ".join(f"'{name}'" for name in near) + "?"
