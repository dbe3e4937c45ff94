"""How many bytes live at a time, with nobody who collects cyclic garbage."""

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class LivingBytes:
    """What was allocated by Python and not freed; known when the counting is over."""

    #: At the end.
    left: int = 0
    #: At most.
    peak: int = 0


@contextmanager
def living_bytes() -> Iterator[LivingBytes]:
    """Count what is allocated meanwhile. What is held by a cycle counts, as nobody knows for how long."""
    counted = LivingBytes()
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        yield counted
        counted.left, counted.peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
