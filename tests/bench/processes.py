"""What running processes cost: their memory and their time on a core, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def memory(pids: Iterable[int], kind: str = "Pss") -> int:
    """Bytes held by all of them together. "Pss" counts each shared page once among those who
    share it, "Rss" fully for each."""
    return sum(_memory(pid, kind) for pid in pids)


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds that they have spent on a core since they were started, all their threads."""
    return sum(_cpu_ticks(pid) for pid in pids) / TICKS


def _memory(pid: int, kind: str) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"the kernel tells no {kind} of process {pid}")


def _cpu_ticks(pid: int) -> int:
    # The name, the second field, may hold spaces and brackets; count from behind it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = fields[11:13]
    return int(user) + int(system)
