"""Floods a server from one address for some seconds: requests to every route, open streams,
unfinished bodies and headers. Runs as its own process (`python -m tests.strangers.attack`), so
that it does not share an interpreter with the test. Uses only loopback; ends by itself."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

HOST = "127.0.0.1"
REPLY_SECONDS = 40.0
LONGER = 40.0  # extra seconds to wait for a first refusal
REFUSED = "429"
FRESH = "FRESHFRESHFRESHFRESH"  # replaced in each request by a new id of the same length


@dataclass(frozen=True, slots=True)
class Job:
    """`requests` are complete HTTP requests; `stream` is a request that opens a stream. Requests
    continue after `seconds`, at most LONGER, until one is refused."""

    port: int
    seconds: float
    requests: list[str]
    stream: str
    callers: int
    streams: int
    unfinished: int


class Attack:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.until = time.monotonic() + job.seconds
        self.statuses: Counter[str] = Counter()
        self._next = count()

    async def run(self) -> None:
        half = self.job.unfinished // 2
        ways = [
            *(self._again_and_again(keep=bool(n % 2)) for n in range(self.job.callers)),
            *(self._hold(self._fresh(self.job.stream)) for _ in range(self.job.streams)),
            *(self._hold(UNFINISHED_BODY) for _ in range(half)),
            *(self._hold(UNFINISHED_HEADERS) for _ in range(half)),
        ]
        await asyncio.gather(*ways)

    async def _again_and_again(self, *, keep: bool) -> None:
        """Sends requests on one connection, or on a new connection each time."""
        requests = self._requests()
        while self._goes_on():
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
                await asyncio.wait_for(self._use_connection(requests, keep=keep), REPLY_SECONDS)

    async def _use_connection(self, requests: Iterator[bytes], *, keep: bool) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.job.port)
        try:
            for request in requests:
                if not self._goes_on():
                    return
                writer.write(request)
                if not await self._reply(reader, head_only=request.startswith(b"HEAD")):
                    return
                if not keep:
                    return
        finally:
            writer.close()

    def _goes_on(self) -> bool:
        now = time.monotonic()
        return now < self.until or (not self.statuses[REFUSED] and now < self.until + LONGER)

    async def _reply(self, reader: asyncio.StreamReader, *, head_only: bool) -> bool:
        """Reads a reply; returns whether the connection can be reused."""
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        self.statuses[head[9:12].decode()] += 1
        if b"content-length:" not in head:
            return False
        length = int(head.partition(b"content-length:")[2].partition(b"\r")[0])
        if not head_only:
            await reader.readexactly(length)
        return b"connection: close" not in head

    async def _hold(self, request: bytes) -> None:
        """Opens a connection and sends this; reconnects whenever the server closes it."""
        while time.monotonic() < self.until:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(HOST, self.job.port)
                writer.write(request)
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(-1), self.until - time.monotonic())
                writer.close()
            await asyncio.sleep(0.2)

    def _requests(self) -> Iterator[bytes]:
        while True:
            yield self._fresh(self.job.requests[next(self._next) % len(self.job.requests)])

    @staticmethod
    def _fresh(request: str) -> bytes:
        while FRESH in request:
            request = request.replace(FRESH, uuid4().hex[: len(FRESH)], 1)
        return request.encode()


UNFINISHED_BODY = (
    b"POST /login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.66\r\n"
    b"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100\r\n\r\nsecret="
)
UNFINISHED_HEADERS = b"GET /docs HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.66\r\nX-A: "


def main() -> None:
    """Reads the job as JSON; prints the count of each status. Runs at the lowest priority, since a
    real attacker would not use the server's CPU."""
    os.nice(19)
    attack = Attack(Job(**json.load(sys.stdin)))
    asyncio.run(attack.run())
    sys.stdout.write(json.dumps(attack.statuses))


if __name__ == "__main__":
    main()
