"""A writer sends the calls of many pages and backends over one connection, one after another.

It records acknowledged writes and checks them at once: a stored event sent again must be a
duplicate, and a repeated call must get the same reply.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.faults.line import Interrupted, Line, Refused, Weather
from tests.faults.project import SCALES, Project
from tests.faults.promises import Event, Invitation, Promises, hash_of
from tests.faults.server import PATIENCE

RIVALS = 3  # writers that ask the same person at once
LONGEST_WAIT = 1.0  # seconds to wait for rivals; continues without them
LONGEST_BATCH = 20
SENT_AGAIN = 0.25  # share of acknowledged calls that are sent again
STORED_AS = {"never": "refused"}

# The steps of an invitation in its page; the audit checks the last state in the database.
WAYS = (
    (),
    ("shown",),
    ("shown", "started"),
    ("shown", "dismissed"),
    ("snoozed",),
    ("shown", "started", "never"),
    ("shown", "score"),
    ("score", "score"),
    ("shown", "score", "comment"),
    ("shown", "started", "score", "score", "comment"),
)


@dataclass(slots=True)
class Shared:
    """State shared by all writers in a run."""

    project: Project
    closing: threading.Event = field(default_factory=threading.Event)
    """Tells writers to finish their current task and end."""
    weather: Weather = field(default_factory=Weather)
    tickets: Iterator[int] = field(default_factory=itertools.count)
    """Writers with three consecutive tickets are rivals."""
    meetings: dict[int, threading.Barrier] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a page. With `user_id` the page sends an identity token."""

    visitor: str
    user_id: str | None
    contested: bool = False

    @property
    def name(self) -> str:
        return self.user_id or self.visitor


class Writer:
    """Writes until `closing` is set. `problem` is the first error, if any."""

    def __init__(self, port: int, shared: Shared, number: int, seed: int) -> None:
        self.number = number
        self.line = Line(port, shared.project, shared.weather)
        self.promises = Promises()
        self.problem: Exception | None = None
        self._shared = shared
        self._random = random.Random(f"{seed} {number}")
        self._thread = threading.Thread(target=self._write, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Waits for the thread; a timeout is a problem too."""
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            self.problem = TimeoutError("it does not end")

    def _write(self) -> None:
        try:
            while not self._shared.closing.is_set():
                self._do_something()
        except Interrupted:
            pass
        except Exception as problem:  # noqa: BLE001  # the test's thread reports it
            self.problem = problem
        finally:
            self.line.close()

    def _do_something(self) -> None:
        deeds = (self._batch, self._backend_asks, self._page_asks, self._rivals_ask)
        self._random.choices(deeds, weights=(3, 3, 3, 4))[0]()

    # --- Tasks -----------------------------------------------------------------------

    def _batch(self) -> None:
        """A backend sends events about several people that start no survey."""
        people = [self._stranger() for _ in range(3)]
        length = self._random.randint(1, LONGEST_BATCH)
        self._send([self._event("opened", self._random.choice(people)) for _ in range(length)])

    def _backend_asks(self) -> None:
        """A backend event makes an invitation, and the open page claims it."""
        person, name = self._stranger(), self._starting()
        event = self._event(name, person)
        self._send([event, self._event("opened", person)])
        self.promises.inviting.add(event["id"])
        self._go_on(person, name, self._take(person, {"kind": "invitation", "id": self._id()}))

    def _page_asks(self) -> None:
        """An event in the page asks at once."""
        person, name, event = self._stranger(), self._starting(), self._id()
        secret = self._take(person, {"kind": "event", "name": name, "id": event})
        self.promises.inviting.add(event)
        self._go_on(person, name, secret)

    def _rivals_ask(self) -> None:
        """Three devices of one user request the same survey at once."""
        ticket = next(self._shared.tickets)
        number, place = divmod(ticket, RIVALS)
        name = list(SCALES)[number % len(SCALES)]
        person = Person(self._id(), f"contested_{number}", contested=True)
        if place == 0:
            self._send([self._event(self._random.choice((name, "opened")), person)])
        self._meet(number)
        kind = self._random.choice(("event", "invitation"))
        trigger = {"kind": kind, "id": self._id(), **({"name": name} if kind == "event" else {})}
        self._go_on(person, name, self._take(person, trigger))

    def _meet(self, number: int) -> None:
        meeting = self._shared.meetings.setdefault(number, threading.Barrier(RIVALS))
        with suppress(threading.BrokenBarrierError):
            meeting.wait(LONGEST_WAIT)

    # --- The calls -------------------------------------------------------------------

    def _send(self, batch: list[dict[str, Any]]) -> None:
        """Sends a batch, which must be stored completely and once."""
        reply = self.line.from_backend("events", {"events": batch})
        statuses = _statuses(reply.content)
        known = {"stored"} if reply.first_try else {"stored", "duplicate"}
        assert len(statuses) == 1, f"stored in part: {reply.content}"
        assert statuses <= known, f"a new batch was {statuses}: {batch}"
        for event in batch:
            person = event.get("user_id") or event["anonymous_id"]
            self.promises.events[event["id"]] = Event(event["name"], person)
        if self._again():
            statuses = _statuses(self.line.from_backend("events", {"events": batch}).content)
            assert statuses == {"duplicate"}, f"a stored batch was {statuses}: {batch}"

    def _take(self, person: Person, trigger: dict[str, Any]) -> str | None:
        """Calls *decide*; returns the invitation's secret, or None only for a contested person."""
        secret = self._decide(person, trigger)
        if trigger["kind"] == "event":
            self.promises.events[trigger["id"]] = Event(trigger["name"], person.name)
        if person.contested:
            return secret  # until it is shown, a rival may take it over
        assert secret is not None, f"nothing to ask {person} after {trigger}"
        if self._again():
            again = self._decide(person, trigger)
            assert again == secret, f"{trigger} asked again by {person}: {again}, before {secret}"
        self.promises.invitations[hash_of(secret)] = Invitation(person.name)
        return secret

    def _decide(self, person: Person, trigger: dict[str, Any]) -> str | None:
        token = self._shared.project.token(person.user_id) if person.user_id else None
        call = {"visitor": person.visitor, "token": token, "trigger": trigger}
        ask = self.line.from_page("decide", call).content["ask"]
        return None if ask is None else str(ask["invitation"])

    def _go_on(self, person: Person, name: str, secret: str | None) -> None:
        for step in self._random.choice(WAYS) if secret else ():
            try:
                self._step(person, name, str(secret), step)
            except Refused as refused:
                promised = hash_of(str(secret)) in self.promises.invitations
                if refused.status == 404 and person.contested and not promised:
                    return  # a rival took the invitation over
                raise

    def _step(self, person: Person, name: str, secret: str, step: str) -> None:
        if step == "score":
            value = self._random.randint(*SCALES[name])
            self._respond(person, secret, "score", value, complete=False)
        elif step == "comment":
            self._respond(person, secret, "comment", f"said {self._id()}", complete=True)
        else:
            reply = self.line.from_page(f"invitations/{secret}", {"state": step})
            assert reply.content["state"] == step, f"{step} became {reply.content}"
            self._promised(person, secret).state = STORED_AS.get(step, step)

    def _respond(
        self, person: Person, secret: str, question: str, value: int | str, *, complete: bool
    ) -> None:
        answers = [{"question": question, "value": value}]
        call = {"invitation": secret, "answers": answers, "complete": complete}
        for _ in range(2 if self._again() else 1):
            reply = self.line.from_page("responses", call)
            assert reply.content["complete"] is complete, f"{call}: {reply.content}"
            invitation = self._promised(person, secret)
            invitation.answers[question] = value
            invitation.state = "completed" if complete else "started"

    # --- People and events -----------------------------------------------------------

    def _promised(self, person: Person, secret: str) -> Invitation:
        return self.promises.invitations.setdefault(hash_of(secret), Invitation(person.name))

    def _event(self, name: str, person: Person) -> dict[str, Any]:
        who = {"user_id": person.user_id} if person.user_id else {"anonymous_id": person.visitor}
        return {"id": self._id(), "name": name, **who, "properties": {"total": 99}}

    def _stranger(self) -> Person:
        signed_in = self._random.random() < 0.5
        return Person(self._id(), f"user_{self._id()}" if signed_in else None)

    def _starting(self) -> str:
        return self._random.choice(list(SCALES))

    def _id(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def _again(self) -> bool:
        return self._random.random() < SENT_AGAIN


def _statuses(content: dict[str, Any]) -> set[str]:
    return {result["status"] for result in content["results"]}
