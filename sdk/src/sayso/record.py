"""What waits in the queue: an event, or something learned about a person."""

import math
import os
import time
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quote
from typing import Final, NamedTuple
from uuid import UUID

from sayso.properties import Invalid, iso
from sayso.user_ids import is_mistake

UserId = str | int | UUID

MAX_ID: Final = 64
MAX_NAME: Final = 128
MAX_SHOWN: Final = 40


class Event(NamedTuple):
    """The properties are JSON already; the rest is immutable and is written out when it is sent."""

    id: str
    name: str
    user_id: str | None
    anonymous_id: str | None
    at: float | str
    properties: str
    ask_within: int | None

    @property
    def who(self) -> tuple[str, ...]:
        return (self.user_id or self.anonymous_id or "",)

    def json(self) -> str:
        key = "anonymous_id" if self.user_id is None else "user_id"
        at = self.at if isinstance(self.at, str) else iso(datetime.fromtimestamp(self.at, UTC))
        ask = "" if self.ask_within is None else f',"ask_within":{self.ask_within}'
        return (
            f'{{"id":{quote(self.id)},"name":{quote(self.name)},"{key}":{quote(*self.who)},'
            f'"at":"{at}","properties":{self.properties}{ask}}}'
        )


class Person(NamedTuple):
    """An identify (attributes) or an alias (anonymous_id)."""

    user_id: str
    attributes: str | None = None
    anonymous_id: str | None = None

    @property
    def who(self) -> tuple[str, ...]:
        return (self.user_id,) if self.anonymous_id is None else (self.user_id, self.anonymous_id)

    def json(self) -> str:
        attributes = "" if self.attributes is None else f',"attributes":{self.attributes}'
        alias = "" if self.anonymous_id is None else f',"anonymous_id":{quote(self.anonymous_id)}'
        return f'{{"user_id":{quote(self.user_id)}{attributes}{alias}}}'


Record = Event | Person


def new_event(
    user_id: UserId | None,
    name: str,
    properties: str,
    anonymous_id: str | None,
    ask_within: float | None,
    at: datetime | None,
    event_id: str | None,
) -> Event:
    """Raises Invalid when the arguments cannot be an event."""
    if not _is_text(name, MAX_NAME):
        raise Invalid(f"an event needs a name of 1 to {MAX_NAME} characters")
    if event_id is not None and not _is_text(event_id, MAX_ID):
        raise Invalid(f"an event's id is a text of 1 to {MAX_ID} characters")
    now = time.time()
    return Event(
        event_id or new_id(now),
        name,
        None if user_id is None else person_id(user_id),
        None if user_id is not None else person_id(anonymous_id),
        now if at is None else _moment(at),
        properties,
        None if ask_within is None else _seconds(ask_within),
    )


def new_id(now: float) -> str:
    """Milliseconds and 80 random bits, in hex: time-ordered like a UUIDv7, so that the server's
    index stays compact, without its version bits, which would cost more than all the rest.

    The randomness is the operating system's: neither a fork nor a host's random.seed() repeats it.
    """
    return (int(now * 1000).to_bytes(6) + os.urandom(10)).hex()


def person_id(value: object) -> str:
    """An id as text; a number or a UUID, such as a primary key, is taken as its text."""
    text = value if type(value) is str else _as_text(value)
    if not text:
        raise Invalid("a person is named by a user_id or an anonymous_id that is not empty")
    if is_mistake(text):
        raise Invalid(
            f"{text[:MAX_SHOWN]!r} is what a program sends when it has no user, and everybody sent "
            "with it would become one person; pass the user's own id, or none while nobody is "
            "logged in"
        )
    return text


def _as_text(value: object) -> str:
    named = isinstance(value, str | int | UUID) and not isinstance(value, bool)
    return str(value) if named else ""


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest


def _moment(at: object) -> str:
    if not isinstance(at, datetime):
        raise Invalid("`at` must be a datetime")
    return iso(at)


def _seconds(ask_within: object) -> int:
    if isinstance(ask_within, int | float) and 0 <= ask_within < math.inf:
        return math.ceil(ask_within)
    raise Invalid("`ask_within` must be a number of seconds, 0 or more")
