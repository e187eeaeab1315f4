"""On which core what runs, so that the load does not take its time from what is measured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

ALL = sorted(os.sched_getaffinity(0))
SERVER = ALL[0]
"""The core of the worker that is measured."""
OTHERS = ALL[-1]
"""The core of the load and of the database; the same one on a machine with a single core."""


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """This thread, and every process it starts in the block, stays on the core; None: on any."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core} if core is not None else ALL)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
