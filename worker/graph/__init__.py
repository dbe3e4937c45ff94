"""Which test waits for which, what is wrong with that, and the order that follows from it."""

from worker.graph.build import build_graph
from worker.graph.check import find_problems
from worker.graph.draw import to_mermaid, to_text
from worker.graph.order import best_possible_seconds, components, critical_path, make_plan
from worker.models.graph import Graph, Plan, Selection

__all__ = [
    "Graph",
    "Plan",
    "Selection",
    "best_possible_seconds",
    "build_graph",
    "components",
    "critical_path",
    "find_problems",
    "make_plan",
    "to_mermaid",
    "to_text",
]
