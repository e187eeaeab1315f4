"""Gets a batch to the server: tries again while it is away, splits what is too large for it,
counts what it refuses. Retries never double: an event's id was made when it was tracked.
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
"""Seconds between tries: doubled each time, with jitter so that many hosts do not come at once."""

PATIENCE: Final = 12
"""Tries (some 2.5 minutes) after which a 500 is blamed on what was sent: one event on which the
server stumbles must not hold up all others for ever. Being away (no answer, 502, 503, 504) is
waited out without end."""

PASSING: Final = frozenset({407, 408, 425, 429})
"""407 is a proxy's, as a redirect is: it says nothing of what was sent."""

_chance = random.SystemRandom()
"""Leaves a host's seeded sequence alone, and forked workers do not share its state."""

Pause = Callable[[float, bool], bool]
"""Waits so many seconds; the flag says that flush() may cut it short. False: give up."""


class Delivery:
    def __init__(self, transport: Transport, tally: Tally, pause: Pause) -> None:
        self._transport = transport
        self._tally = tally
        self._pause = pause

    def deliver(self, batch: Batch) -> bool:
        """Empties the batch from the front, so that an interrupted delivery can be taken up; False
        when it was."""
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
        self._tally.warn(topic, "nothing is lost yet, trying again: %s", reply.detail)
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
    """Neither stored nor refused. A redirect, or a 2xx without results, is somebody else's page
    (a proxy, a maintenance notice): not an acknowledgement."""
    if 200 <= reply.status < 300:
        return reply.results is None
    return reply.status < 400 or reply.status >= 500 or reply.status in PASSING


def _blames_the_batch(reply: Reply, tries: int) -> bool:
    """Too large, or one record in it is not as it should be: smaller parts save the others."""
    return reply.status in {413, 422} or (reply.status == 500 and tries >= PATIENCE)


def _reason(reply: Reply) -> Reason:
    if reply.status in {401, 403}:
        return "unauthorised"
    if reply.status == 413:
        return "too_large"
    return "server_error" if reply.status >= 500 else "rejected"


def _refusal(record: str, result: dict[str, object]) -> str:
    """Of an event with its name; a person's id is none of a log's business."""
    sent = json.loads(record)
    parts = [sent["name"]] if "name" in sent else []
    parts += [str(result.get(key) or "") for key in ("reason", "errors")]
    if result.get("reason") == "implausible_time":
        parts.append(
            f"{sent.get('at')} lies before 2000 or ahead of the server's clock. A datetime without "
            "zone is taken as UTC; give a zone, as datetime.now(UTC) has one"
        )
    return "first: " + " ".join(part for part in parts if part)[:LONGEST_DETAIL]
