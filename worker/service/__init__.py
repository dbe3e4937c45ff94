"""The worker process: queue to engine to record."""

from worker.service.log import configure_logging
from worker.service.worker import Worker, WorkerOptions

__all__ = ["Worker", "WorkerOptions", "configure_logging"]
