"""Deliver a batch: retry with backoff while the server is unreachable, split batches that are too
large, count refused records. Retries are idempotent: an event's id is fixed before the first try.
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sayso.batch import Batch, events_body, people_body
from sayso.tally import Reason, Tally
from sayso.transport import LONGEST_DETAIL, Reply, Transport
from sayso.values import iso

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 30.0
"""Seconds of backoff: doubled with each retry, with jitter so that hosts do not retry in step."""

PATIENCE: Final = 12
"""Attempts (about 2.5 minutes) after which a 500 is blamed on the batch: an event that always fails
must not block all others for ever. An unreachable server (no answer, 502, 503, 504) is retried
without limit."""

PASSING: Final = frozenset({407, 408, 425, 429})
"""Statuses to retry. 407 comes from a proxy, so it does not mean that the batch is wrong."""

_chance = random.SystemRandom()
"""Independent of the host's seeded generator; shares no state with forked workers."""

Pause = Callable[[float, bool], bool]
"""Waits for some seconds; the flag tells whether flush() may cut the wait short. False: give up."""


class Delivery:
    def __init__(self, transport: Transport, tally: Tally, pause: Pause) -> None:
        self._transport = transport
        self._tally = tally
        self._pause = pause

    def deliver(self, batch: Batch) -> bool:
        """Send the records and remove sent ones from the front, so that an interrupted delivery can
        be resumed. Returns False if interrupted."""
        return self._send("/v1/people", batch.people) and self._send("/v1/events", batch.events)

    def _send(self, path: str, records: list[str]) -> bool:
        size, tries = len(records), 0
        while records:
            part = records[:size]
            reply = self._post(path, part)
            tries += 1
            if len(part) > 1 and _blames_the_batch(reply, tries):
                size = len(part) // 2
            elif _is_passing(reply) and not _blames_the_batch(reply, tries):
                if not self._wait(reply, tries):
                    return False
            else:
                self._settle(reply, part)
                del records[: len(part)]
                tries = 0
        return True

    def _post(self, path: str, part: list[str]) -> Reply:
        if path == "/v1/people":
            return self._transport.post(path, people_body(part))
        return self._transport.post(path, events_body(part, sent_at=iso(datetime.now(UTC))))

    def _wait(self, reply: Reply, tries: int) -> bool:
        topic = f"away {reply.status}"
        self._tally.warn(topic, "nothing is lost yet, retrying: %s", reply.detail)
        if reply.retry_after is not None:
            return self._pause(reply.retry_after * _chance.uniform(1, 1.1), False)
        doubled = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
        return self._pause(doubled * _chance.uniform(0.5, 1), True)

    def _settle(self, reply: Reply, part: list[str]) -> None:
        if reply.results is None:
            self._tally.lost(_reason(reply), len(part), reply.detail)
            return
        refused = [
            (record, result)
            for record, result in zip(part, reply.results, strict=False)
            if result.get("status") == "refused"
        ]
        self._tally.sent(len(part) - len(refused))
        if refused:
            record, result = refused[0]
            topic = f"refused {result.get('reason')}"
            self._tally.lost("refused", len(refused), _refusal(record, result), topic)


def _is_passing(reply: Reply) -> bool:
    """Whether to retry, because the records were neither stored nor refused. A redirect, or a 2xx
    without results, comes from a proxy or a maintenance page and acknowledges nothing."""
    if 200 <= reply.status < 300:
        return reply.results is None
    return reply.status < 400 or reply.status >= 500 or reply.status in PASSING


def _blames_the_batch(reply: Reply, tries: int) -> bool:
    """Whether the batch is too large or contains a bad record. Splitting it saves the others."""
    return reply.status in {413, 422} or (reply.status == 500 and tries >= PATIENCE)


def _reason(reply: Reply) -> Reason:
    if reply.status in {401, 403}:
        return "unauthorised"
    if reply.status == 413:
        return "too_large"
    return "server_error" if reply.status >= 500 else "rejected"


def _refusal(record: str, result: dict[str, object]) -> str:
    """A log message about a refused record, with the event's name but never a person's id."""
    sent = json.loads(record)
    parts = [sent["name"]] if "name" in sent else []
    parts += [str(result.get(key) or "") for key in ("reason", "errors")]
    if result.get("reason") == "implausible_time":
        parts.append(
            f"{sent.get('at')} lies before 2000 or ahead of the server's clock. A datetime without "
            "zone is taken as UTC; pass one with a zone, as datetime.now(UTC)"
        )
    return "first: " + " ".join(part for part in parts if part)[:LONGEST_DETAIL]
