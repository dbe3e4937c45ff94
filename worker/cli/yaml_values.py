"""Files of values for a local run that are YAML or JSON: read by the rules that suites are read by."""

from pathlib import Path

from context.values import JsonValue
from worker.errors import UsageError
from worker.models.problem import Problem, ProblemKind
from worker.parsing.compose import compose
from worker.parsing.place import Place
from worker.parsing.source import Source
from worker.parsing.tree import build_tree


def yaml_values(text: str, path: Path) -> dict[str, JsonValue]:
    """The names and values of a mapping. Raises UsageError, which quotes nothing of the file."""
    return {name: place.data for name, place in _places(text, path, allowed=()).items()}


def yaml_secrets(text: str, path: Path) -> dict[str, str]:
    """The same for secrets, which are texts: each as it is written, so that `007` keeps its zeros and
    `yes` its letters."""
    secrets: dict[str, str] = {}
    for name, place in _places(text, path, allowed=(ProblemKind.BAD_VALUE,)).items():
        written = place.scalar()
        if written is None or place.data is None:
            raise UsageError(f"the secret {name} is not a text", where=str(path), hint="Secrets are texts.")
        secrets[name] = written
    return secrets


def _places(text: str, path: Path, *, allowed: tuple[ProblemKind, ...]) -> dict[str, Place]:
    source = Source(str(path), text)
    node = compose(source)
    place = build_tree(source, node) if node is not None else None
    refused = [problem for problem in source.problems if problem.kind not in allowed]
    if refused and refused[0].kind is not ProblemKind.MISSING_KEY:
        raise _refusal(refused[0], path)
    if place is None or place.data is None:
        return {}
    if not isinstance(place.children, dict):
        raise _no_mapping(path)
    return place.children


def _refusal(problem: Problem, path: Path) -> UsageError:
    """What is wrong, without the words that quote the file: a secret may stand there."""
    where = str(problem.where)
    if problem.kind is ProblemKind.WRONG_TYPE:
        return _no_mapping(path)
    if problem.kind is ProblemKind.DUPLICATE_KEY:
        return UsageError(problem.what, where=where, hint=problem.hint)
    if problem.kind is ProblemKind.BAD_VALUE:
        return UsageError(
            "JSON cannot hold this number", where=where, hint="Put it in quotes if it is a text."
        )
    return UsageError("the file is not YAML", where=where, hint="Put texts with odd characters in quotes.")


def _no_mapping(path: Path) -> UsageError:
    return UsageError("the file is not a mapping of names to values", where=str(path))
