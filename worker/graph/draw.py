"""The graph as a picture: text for a terminal, mermaid for a page."""

from collections.abc import Iterator

from worker.models.dependency import DependencyKind
from worker.models.graph import Dependency, Plan
from worker.models.suite import TestName

#: How an edge of each kind looks in mermaid: the stronger, the thicker.
_ARROWS = {
    DependencyKind.ORDER: "-.->",
    DependencyKind.DATA: "-->",
    DependencyKind.TOKEN: "==>",
}


def to_text(plan: Plan) -> str:
    """The plan in levels: a test stands one level below the last of those it waits for. Each edge is
    a line with its kind and its reasons."""
    levels = _levels(plan)
    shown = _short_names(plan)
    lines = [_summary(plan, len(levels)), ""]
    for number, names in enumerate(levels, start=1):
        for position, name in enumerate(names):
            label = str(number) if position == 0 else ""
            needed = "  (needed by others only)" if name in plan.required_only else ""
            lines.append(f"{label:<3}{shown[name]}{needed}")
            lines.extend(_edge_lines(plan, name, shown))
    return "\n".join(lines) + "\n"


def _summary(plan: Plan, levels: int) -> str:
    parts = (
        _count(len(plan.tests), "test", "tests"),
        _count(len(plan.dependencies), "dependency", "dependencies"),
        _count(levels, "level", "levels"),
    )
    return ", ".join(parts)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _levels(plan: Plan) -> list[list[TestName]]:
    level: dict[TestName, int] = {}
    for name in plan.tests:
        level[name] = 1 + max((level[required] for required in plan.requires[name]), default=-1)
    levels: list[list[TestName]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for name in plan.tests:
        levels[level[name]].append(name)
    return levels


def _edge_lines(plan: Plan, name: TestName, shown: dict[TestName, str]) -> Iterator[str]:
    edges = plan.requires[name].values()
    width = max((len(shown[edge.required]) for edge in edges), default=0)
    for edge in edges:
        required = shown[edge.required].ljust(width)
        yield f"     ← {required}  {edge.kind.value:<5}  {_reasons(edge)}".rstrip()


def _reasons(edge: Dependency) -> str:
    return "; ".join(edge.reasons)


def _short_names(plan: Plan) -> dict[TestName, str]:
    """Keys alone where all tests are of one suite."""
    suites = {test.suite for test in plan.tests.values()}
    return {name: test.key if len(suites) == 1 else name for name, test in plan.tests.items()}


def to_mermaid(plan: Plan) -> str:
    """The plan as a mermaid flowchart, one box a suite. Token edges are thick, order edges dotted."""
    numbers = {name: f"t{position}" for position, name in enumerate(plan.tests)}
    lines = ["flowchart LR"]
    suites = dict.fromkeys(test.suite for test in plan.tests.values())
    for position, suite in enumerate(suites):
        lines.append(f"  subgraph s{position}[{_label(suite)}]")
        lines.extend(
            f"    {numbers[name]}[{_label(test.key)}]"
            for name, test in plan.tests.items()
            if test.suite == suite
        )
        lines.append("  end")
    lines.extend(
        f"  {numbers[edge.required]} {_ARROWS[edge.kind]}|{edge.kind.value}| {numbers[edge.dependent]}"
        for edge in plan.dependencies
    )
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    escaped = text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return f'"{escaped}"'
