"""Which environment a local run uses, out of those that its suite files name."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from worker.errors import SuiteError, UsageError
from worker.models.environment import Environment
from worker.models.problem import Problem, ProblemKind, Related
from worker.models.suite import Suite

#: What a run without any environment is said to happen in.
NAMELESS = "local"


def choose_environment(suites: Sequence[Suite], name: str | None) -> Environment:
    """The environment of this name; without a name the only one, or the one marked `default: true`.

    Suites that know the same environment complete each other; where they disagree, SuiteError.
    Raises UsageError where there are several and none was chosen.
    """
    known = merge_environments(suites)
    if name is not None:
        return known[name] if name in known else _unknown(name, known)
    if not known:
        return Environment(name=NAMELESS)
    chosen = [found for found in known.values() if found.is_default] or list(known.values())
    if len(chosen) > 1:
        names = ", ".join(found.name for found in chosen)
        raise UsageError(
            f"there are several environments: {names}",
            hint=f"Choose one with -e, such as -e {chosen[0].name}, or mark one with `default: true`.",
        )
    return chosen[0]


def merge_environments(suites: Sequence[Suite]) -> dict[str, Environment]:
    """All environments of these suites by name. Raises SuiteError naming all disagreements."""
    merged: dict[str, Environment] = {}
    owner: dict[str, Suite] = {}
    problems: list[Problem] = []
    for suite in suites:
        for name, found in suite.environments.items():
            first = merged.get(name, found)
            problems += [_disagreement(name, field, suite, owner[name]) for field in _conflicts(first, found)]
            merged[name] = _together(first, found)
            owner.setdefault(name, suite)
    if problems:
        raise SuiteError(problems)
    return merged


def _conflicts(first: Environment, second: Environment) -> list[str]:
    """What two files say differently; what only one of them says is no conflict."""
    blank = Environment(name=first.name)
    found = [
        field.name
        for field in fields(Environment)
        if field.name not in ("variables", "services", "secrets", "credentials", "is_default")
        and len({getattr(one, field.name) for one in (blank, first, second)}) == 3
    ]
    variables = _differing(first.variables, second.variables)
    services = _differing(first.services, second.services)
    return found + [f"variable {name}" for name in variables] + [f"service {name}" for name in services]


def _differing(first: Mapping[str, object], second: Mapping[str, object]) -> list[str]:
    return [name for name, value in first.items() if name in second and second[name] != value]


def _together(first: Environment, second: Environment) -> Environment:
    blank = Environment(name=first.name)
    said = {
        field.name: getattr(second, field.name)
        for field in fields(Environment)
        if getattr(second, field.name) != getattr(blank, field.name)
    }
    both = {
        "variables": {**first.variables, **second.variables},
        "services": {**first.services, **second.services},
    }
    return replace(first, **{**said, **both})


def _disagreement(name: str, field: str, suite: Suite, first: Suite) -> Problem:
    return Problem(
        kind=ProblemKind.BAD_VALUE,
        what=f"environment {name!r} has another {field} here than in {first.path}",
        where=suite.where,
        text=_line(suite),
        hint="one environment is the same for all suites of a run: make them agree, or rename one",
        related=(Related(where=first.where, text=_line(first), note="the other suite"),),
    )


def _line(suite: Suite) -> str:
    lines = suite.source.splitlines()
    return lines[suite.where.line - 1] if 0 < suite.where.line <= len(lines) else ""


def _unknown(name: str, known: Mapping[str, Environment]) -> Environment:
    from worker.parsing.suggest import hint_for

    hint = hint_for(name, known) if known else "The suite files name no environment."
    raise UsageError(f"no suite has an environment {name!r}", where="-e", hint=hint)
