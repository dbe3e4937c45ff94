"""The JSON body against a JSON Schema: every rule that it breaks, with its place."""

import json
from functools import lru_cache
from typing import Any

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.scene import Scene
from worker.assertions.violations import sentences
from worker.contracts.reading import BadDescription, read_document
from worker.contracts.violations import LIMIT, BadSchema, Schema
from worker.errors import FileUnreadable
from worker.files import Files
from worker.models.exchange import Response
from worker.models.expectation import Expectation


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Check the body by the schema in the file that the subject names; without one, by what is
    expected."""
    try:
        document = response.json()
        schema = _of_file(expectation.subject, scene.tools.files) if expectation.subject else expected
        violations = _compiled(json.dumps(schema)).violations(document)
    except ValueError as error:
        return Finding(complaint=str(error))
    if not violations:
        return Finding(actual=document)
    lines = sentences(violations)
    if len(violations) == 1 and len(lines) == 1:
        return Finding(actual=document, complaint=f"the body breaks the schema: {lines[0]}")
    count = f"{len(violations)}{' or more' if len(violations) == LIMIT else ''}"
    return Finding(
        actual=document,
        complaint=f"the body breaks the schema in {count} place{'s' if len(violations) > 1 else ''}",
        difference="\n".join(lines),
    )


def _of_file(path: str, files: Files) -> Any:
    try:
        return read_document(files.read(path))
    except FileUnreadable as error:
        raise BadSchema(f"the schema {path}: {error.what} ({error.hint})") from None
    except BadDescription as error:
        raise BadSchema(f"the schema {path}: {error}") from None


@lru_cache(maxsize=256)
def _compiled(text: str) -> Schema:
    return Schema(json.loads(text))
