"""One open stream as server-sent events."""

import json
import queue
from collections.abc import Callable, Iterator
from typing import Any

from sayso_server.live.hub import Hub, Listener

BEAT = 15.0  # seconds between comments that keep proxies from closing an idle stream
LONGEST = 3_600.0  # seconds until a page is asked to connect again


def stream(
    hub: Hub, listener: Listener, waits: Callable[[], str | None], lifetime: float
) -> Iterator[str]:
    """`waits` finds the invitation that waits already; it is asked once the listener is known, so
    that none falls between. Ends after about `lifetime` seconds."""
    hub.join(listener)
    try:
        yield ": ok\n\n"
        first = waits()
        if first is not None:
            yield _event("invitation", {"invitation": first})
        beats = max(1, int(min(lifetime, LONGEST) / BEAT))
        while beats:
            try:
                message = listener.waiting.get(timeout=BEAT)
                yield _event(message.event, message.data)
            except queue.Empty:
                beats -= 1
                yield ": beat\n\n"
    finally:
        hub.leave(listener)


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
