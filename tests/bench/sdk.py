"""The cost of `track()` for the calling thread, which only queues while the sender sleeps."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping

import sayso
from tests.bench.tables import Figure, at_most, median, said
from tests.servers import free_port

BUDGET = 5.0  # µs
BATCHES = 100
CALLS = 500  # short enough to fall between two tries of the sending thread
ORDER = {"total": 99, "currency": "EUR", "items": 3}


def measure() -> Iterator[Figure]:
    """The fastest of many batches, because other load slows the rest on a busy machine."""
    logging.getLogger("sayso").addHandler(logging.NullHandler())  # no server answers
    for what, properties in (("without properties", None), ("with three properties", ORDER)):
        batches = _batches(properties)
        besides = f"median of {BATCHES} batches of {CALLS:,}: {said(median(batches), 'µs')}"
        yield at_most(f"track() {what}", min(batches), BUDGET, "µs", besides)


def _batches(properties: Mapping[str, object] | None) -> list[float]:
    nobody = f"http://127.0.0.1:{free_port()}"
    client = sayso.Client("sk_bench", host=nobody, max_queue=BATCHES * CALLS + 1, exit_timeout=0)
    client.track("u_42", "order_completed")
    time.sleep(1.5)  # by now the sending thread sleeps long between retries
    try:
        return [_batch(client, properties) for _ in range(BATCHES)]
    finally:
        client.close(0)


def _batch(client: sayso.Client, properties: Mapping[str, object] | None) -> float:
    began = time.perf_counter()
    for _ in range(CALLS):
        client.track("u_42", "order_completed", properties)
    return (time.perf_counter() - began) / CALLS * 1e6
