"""The orchestrator: a plan in, events out."""

from worker.engine.parts import DEFAULT_JOBS, Parts
from worker.engine.run import run_plan
from worker.engine.stop import StopReason, StopSignal

__all__ = ["DEFAULT_JOBS", "Parts", "StopReason", "StopSignal", "run_plan"]
