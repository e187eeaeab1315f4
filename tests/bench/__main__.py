"""`make bench`: each figure beside the budget that DESIGN promises.

    python -m tests.bench [--only NAME …] [--full]

A missed budget is marked and changes no exit status: a measurement is no test.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import ModuleType

from tests.bench import bytes as loaded_bytes
from tests.bench import (
    cold,
    growth,
    latency,
    memory,
    sdk,
    simulation,
    streams,
    throughput,
    worker_class,
)
from tests.bench.tables import Figure, NotMeasured, table
from tests.servers import ServerUnavailable

Measure = Callable[[], Iterator[Figure]]

SECTIONS: dict[str, tuple[str, ModuleType]] = {
    "bytes": ("What a page loads (brotli 11)", loaded_bytes),
    "sdk": ("SDK: track() on the caller's thread", sdk),
    "memory": ("Memory", memory),
    "latency": ("From an event to the popup, in Chromium", latency),
    "cold": ("From a cold navigation to the popup, on a slow line", cold),
    "streams": ("From a backend's track() to an open page, many listening", streams),
    "throughput": ("Requests, as ratio to a constant endpoint", throughput),
    "growth": ("What decide costs as surveys and events grow", growth),
    "simulation": ("Simulating a draft over stored events", simulation),
    "worker-class": ("Why gevent: 500 open streams under each worker class", worker_class),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=SECTIONS, metavar="NAME", default=[])
    parser.add_argument("--full", action="store_true", help="also what takes minutes")
    arguments = parser.parse_args()
    print(_header(), flush=True)
    for name in arguments.only or SECTIONS:
        title, section = SECTIONS[name]
        measure = partial(streams.measure, full=arguments.full) if name == "streams" else None
        print(
            _section(title, measure or section.measure, getattr(section, "NOTES", ())), flush=True
        )
    print(f"\nLoad average at the end: {_load_average()}")


def _section(title: str, measure: Measure, notes: Sequence[str]) -> str:
    figures: list[Figure] = []
    try:
        figures.extend(measure())
    except (NotMeasured, ServerUnavailable) as error:
        return f"{table(title, figures, notes)}\n  not measured: {error}"
    except Exception as error:  # noqa: BLE001  # print the sections that can be measured
        return f"{table(title, figures, notes)}\n  FAILED: {error!r}"
    return table(title, figures, notes)


def _header() -> str:
    return (
        f"Sayso, measured {time.strftime('%Y-%m-%d %H:%M:%S')} on {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}; "
        f"data in {tempfile.gettempdir()}; load average {_load_average()}"
    )


def _load_average() -> str:
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


if __name__ == "__main__":
    main()
