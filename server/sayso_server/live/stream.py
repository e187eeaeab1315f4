"""One open stream as server-sent events."""

import json
import queue
from collections.abc import Callable, Iterator
from typing import Any

from sayso_server.live.hub import Hub, Listener

Event = tuple[str, dict[str, Any]]  # name and data

BEAT = 15.0  # seconds between comments that keep proxies from closing an idle stream
LONGEST = 3_600.0  # seconds until a page has to reconnect


def stream(
    hub: Hub, listener: Listener, first: Callable[[], list[Event]], lifetime: float
) -> Iterator[str]:
    """`first` returns the current state. It is called after the listener has joined, so that no
    change is missed in between. Ends after about `lifetime` seconds, or when the hub closes."""
    hub.join(listener)
    try:
        yield ": ok\n\n"
        for name, data in first():
            yield _event(name, data)
        del first  # releases the request that it refers to
        beats = max(1, int(min(lifetime, LONGEST) / BEAT))
        while beats:
            try:
                message = listener.queue.get(timeout=BEAT)
                if message is None:
                    return
                yield _event(message.event, message.data)
            except queue.Empty:
                beats -= 1
                yield ": beat\n\n"
    finally:
        hub.leave(listener)


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
