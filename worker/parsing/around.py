"""What all tests of a file share while they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from worker.files import Files
from worker.parsing.default_uses import DefaultUses
from worker.parsing.fixtures import SuiteFixtures
from worker.parsing.hooks import Hooks
from worker.parsing.source import Source
from worker.parsing.templates import Templates
from worker.parsing.uses import VariableUses


@dataclass(slots=True)
class Around:
    """What all tests of a file share."""

    suite: str
    source: Source
    files: Files
    defaults: Mapping[str, Any]
    tags: tuple[str, ...]
    variables: VariableUses
    templates: Templates
    hooks: Hooks
    default_uses: DefaultUses
    fixtures: SuiteFixtures
    unreadable: set[str] = field(default_factory=set)
