"""Memory and CPU time of running processes, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def memory(pids: Iterable[int], kind: str = "Pss") -> int:
    """The processes' total memory in bytes. "Pss" divides a shared page among the processes that
    share it; "Rss" counts it in full for each."""
    return sum(_memory(pid, kind) for pid in pids)


def cpu_seconds(pids: Iterable[int]) -> float:
    """The processes' CPU seconds since their start, over all threads."""
    return sum(_cpu_ticks(pid) for pid in pids) / TICKS


def _memory(pid: int, kind: str) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"the kernel tells no {kind} of process {pid}")


def _cpu_ticks(pid: int) -> int:
    # The name, the second field, may contain spaces and brackets; count fields after it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = fields[11:13]
    return int(user) + int(system)
