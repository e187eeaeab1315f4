"""Pins processes to cores, so that the load does not slow down the measured server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

ALL = sorted(os.sched_getaffinity(0))
SERVER = ALL[0]
"""The measured worker's core."""
OTHERS = ALL[-1]
"""The core for the load and the database; equals SERVER on a machine with a single core."""


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Pin this thread, and every process it starts in the block, to the core; None: to any core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core} if core is not None else ALL)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
