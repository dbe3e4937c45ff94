"""What commands print for programs: one JSON object with a `version`, and nothing else on that stream."""

import json
from collections.abc import Mapping
from typing import Any

import click

#: Rises when a field changes its meaning or goes; new ones may come at any time.
_VERSION = 1

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")


def print_document(facts: Mapping[str, Any]) -> None:
    """Print these facts. Moments are ISO 8601, ids are text."""
    click.echo(json.dumps({"version": _VERSION, **facts}, indent=2, ensure_ascii=False, default=_as_text))


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
