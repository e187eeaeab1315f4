"""Records in the queue: an event, or an identify or alias for a person.

Values that the server would refuse are refused here, in the call itself; a test compares the limits
of both.
"""

import math
import os
import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quote
from typing import Final, NamedTuple
from uuid import UUID

from sayso.properties import LONGEST_NAME, Invalid
from sayso.user_ids import is_mistake
from sayso.values import iso, single

UserId = str | int | UUID

LONGEST_USER_ID: Final = 256
LONGEST_WAIT: Final = 365 * 86_400
"""Maximum `ask_within`, in seconds."""
MAX_SHOWN: Final = 40
NAMES_KEPT: Final = 256
"""Cache size for event names; a host uses few."""

_ID: Final = re.compile(r"[\x21-\x7e]{1,64}")
_VISITOR: Final = re.compile(r"(?![0-]*$)[A-Za-z0-9_-]{16,64}")
UNPRINTABLE: Final = (
    r"[\u0000-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680"
    r"\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff"
    "\U000e0001-\U000e007f]"
)
_UNPRINTABLE: Final = re.compile(UNPRINTABLE[:-1] + r"\ud800-\udfff]")  # and lone surrogates


class Event(NamedTuple):
    """`properties` is JSON text; the other fields are immutable and serialised when sent.

    If ``id`` is None, the sending thread makes it: the system call for random bytes would take a
    third of the time of `track`.
    """

    id: str | None
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
        event_id = new_id(time.time()) if self.id is None else self.id
        key = "anonymous_id" if self.user_id is None else "user_id"
        at = self.at if isinstance(self.at, str) else iso(datetime.fromtimestamp(self.at, UTC))
        ask = "" if self.ask_within is None else f',"ask_within":{self.ask_within}'
        return (
            f'{{"id":{quote(event_id)},"name":{quote(self.name)},"{key}":{quote(*self.who)},'
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
    user_id: object,
    name: str,
    properties: str,
    anonymous_id: object,
    ask_within: object,
    at: object,
    event_id: object,
) -> Event:
    """Raises Invalid when the arguments are not a valid event."""
    return Event(
        None if event_id is None else _own_id(event_id),
        name,
        None if user_id is None else user(user_id),
        None if user_id is not None else visitor(anonymous_id),
        time.time() if at is None else _moment(at),
        properties,
        None if ask_within is None else _seconds(ask_within),
    )


def event_name(value: object) -> str:
    """The checked name as text. Raises Invalid."""
    return _checked_name(value if type(value) is str else _text_of_a_name(value))


@lru_cache(maxsize=NAMES_KEPT)
def _checked_name(text: str) -> str:
    if not _is_printable(text, LONGEST_NAME):
        raise Invalid(f"an event needs a name of 1 to {LONGEST_NAME} printable characters")
    return text


def _text_of_a_name(value: object) -> str:
    return "" if isinstance(value, int) else _as_text(value)


def new_id(now: float) -> str:
    """Milliseconds and 80 random bits, in hex: time-ordered like a UUIDv7, so that the server's
    index stays compact, but without version bits, which are slow to set in Python.

    The randomness is the operating system's, so neither a fork nor random.seed() repeats it.
    """
    return (int(now * 1000).to_bytes(6) + os.urandom(10)).hex()


def person_id(value: object) -> str:
    """A user id as text; an integer or UUID, such as a primary key, is converted. Raises Invalid
    when it is empty or a known programming mistake."""
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


def user(value: object) -> str:
    """A checked user id. Raises Invalid."""
    text = person_id(value)
    if not _is_printable(text, LONGEST_USER_ID):
        raise Invalid(f"a user_id has at most {LONGEST_USER_ID} characters, all printable")
    return text


def visitor(value: object) -> str:
    """A checked anonymous id, as made by sayso.js. Raises Invalid."""
    text = _as_text(value)
    if _VISITOR.fullmatch(text) is None:
        raise Invalid(
            "an anonymous_id is the visitor id that sayso.js made: 16 to 64 of A-Za-z0-9_-"
        )
    return text


def _is_printable(text: str, longest: int) -> bool:
    printable = text.isprintable() if text.isascii() else _UNPRINTABLE.search(text) is None
    return 0 < len(text) <= longest and printable


def _as_text(value: object) -> str:
    """A text, integer or UUID of any class as str; empty for anything else."""
    try:
        plain = single(value)
    except Exception:  # noqa: BLE001 - a host's own classes may raise anything
        return ""
    named = isinstance(plain, str | int) and not isinstance(plain, bool)
    return str(plain) if named else ""


def _own_id(value: object) -> str:
    text = _as_text(value)
    if _ID.fullmatch(text) is None:
        raise Invalid("an event's id is 1 to 64 visible ASCII characters, without spaces")
    return text


def _moment(at: object) -> str:
    if not isinstance(at, datetime):
        raise Invalid("`at` must be a datetime")
    try:
        return iso(at)
    except (OverflowError, ValueError):
        raise Invalid("`at` cannot be converted to UTC") from None


def _seconds(ask_within: object) -> int:
    given = ask_within.total_seconds() if isinstance(ask_within, timedelta) else single(ask_within)
    if isinstance(given, int | float) and 0 <= given <= LONGEST_WAIT:
        return math.ceil(given)
    raise Invalid(f"`ask_within` is a number of seconds, 0 to {LONGEST_WAIT} (a year)")
