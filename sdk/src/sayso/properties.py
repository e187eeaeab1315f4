"""Serialise properties to JSON text on the caller's thread, so that they cannot change afterwards.

The result is always ASCII JSON that the server accepts. A property that the server would refuse is
left out, and a message names it and the reason; the event is still sent. The limits are the
server's (`decision/values.py`); a test compares them.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Final

from sayso.values import LARGEST_INT, LeftOut, Single, is_record, items, single

Properties = Mapping[str, object]

NAMES_AT_MOST: Final = 200
ITEMS_AT_MOST: Final = 100
LONGEST_NAME: Final = 128
PROPERTIES_BYTES: Final = 16 * 1024
"""Maximum size of an event's properties, as JSON in UTF-8."""
ATTRIBUTES_BYTES: Final = 32 * 1024
"""Maximum size of a person's attributes."""

SHOWN: Final = 60
"""Maximum characters of a name in a message."""
MOST_MESSAGES: Final = 5
"""Maximum messages per call."""
DIGITS: Final = len(str(LARGEST_INT))


_AS_THEY_ARE: Final = frozenset({str, int, float, bool, type(None)})
_LONG_NUMBER: Final = re.compile(rf"\d{{{DIGITS}}}", re.ASCII)


def _encoder() -> Callable[[object], str]:
    """CPython's C encoder, built once: `JSONEncoder.encode` rebuilds it in every call, which takes
    longer than encoding. Falls back to the plain encoder."""
    plain = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
    try:
        build = json.encoder.c_make_encoder  # type: ignore[attr-defined] # undocumented
        write = build(None, plain.default, quote, None, ":", ",", False, False, False)
        "".join(write({"a": 1.0}, 0))
    except Exception:  # noqa: BLE001 - another Python implementation or version
        return plain.encode
    return lambda value: "".join(write(value, 0))


_encode = _encoder()
_as_stored = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Invalid(Exception):
    """The call is not a valid record. `track` counts and logs it, and does not raise it."""


@dataclass(slots=True)
class Omissions:
    """How many values were left out, and messages about the first of them."""

    count: int = 0
    messages: list[str] = field(default_factory=list)

    def add(self, name: object, value: object, why: str) -> None:
        self.count += 1
        if self.count <= MOST_MESSAGES:
            self.messages.append(f"{_shown(name)} ({_type(value)}) {why}")


_NONE: Final = Omissions()


def encode(properties: object, most_bytes: int = PROPERTIES_BYTES) -> tuple[str, Omissions]:
    """A JSON object of at most `most_bytes`, and the omissions. Raises Invalid unless the
    properties are a mapping or a dataclass instance that can be read."""
    text = _encode_as_is(properties)
    if text is not None and len(text) <= most_bytes:
        return text, _NONE
    kept = _Kept(most_bytes)
    for name, value in _pairs(properties):
        kept.add(name, value)
    kept.shorten()
    return _encode(kept.values), kept.left_out


def _encode_as_is(properties: object) -> str | None:
    """The fast path, for plain JSON types; None if some value needs conversion or a check."""
    if type(properties) is not dict or len(properties) > NAMES_AT_MOST:
        return None
    try:
        if "" in properties or not _AS_THEY_ARE.issuperset(map(type, properties.values())):
            return None
        if len("".join(properties)) > LONGEST_NAME and max(map(len, properties)) > LONGEST_NAME:
            return None
        text = _encode(properties)
        return None if len(text) > DIGITS and _LONG_NUMBER.search(text) else text
    except (
        TypeError,
        ValueError,
        RuntimeError,
    ):  # a name that is not text; NaN; a change by another thread
        return None


def _pairs(properties: Any) -> list[tuple[object, object]]:
    try:
        if isinstance(properties, Mapping):
            return list(properties.items())
        if is_record(properties):
            return [(each.name, getattr(properties, each.name)) for each in fields(properties)]
    except Exception:  # noqa: BLE001 - a host's own classes may raise anything
        raise Invalid("the properties cannot be read") from None
    raise Invalid("properties must be a mapping such as {'total': 99}")


class _Kept:
    """The properties that the server accepts, and the omissions."""

    def __init__(self, most_bytes: int) -> None:
        self.values: dict[str, Single | list[Single]] = {}
        self.left_out = Omissions()
        self._most_bytes = most_bytes

    def add(self, name: object, value: object) -> None:
        try:
            plain = self._name(name)
            self.values[plain] = self._value(plain, value)
        except Exception as error:  # noqa: BLE001 - a host's own classes may raise anything
            self._leave_out(name, value, error)

    def shorten(self) -> None:
        """Leave out the largest properties until the total size fits."""
        sizes = {name: _size({name: value}) - 1 for name, value in self.values.items()}
        total = 1 + sum(sizes.values())
        for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
            if total <= self._most_bytes:
                return
            total -= sizes[name]
            too_much = f"is {sizes[name]} bytes, and {self._most_bytes} are kept of all together"
            self._leave_out(name, self.values.pop(name), LeftOut(too_much))

    def _name(self, name: object) -> str:
        if len(self.values) >= NAMES_AT_MOST:
            raise LeftOut(f"comes after {NAMES_AT_MOST} others, and no more are kept")
        plain = single(name)
        text = plain if isinstance(plain, str) else _encode(plain)
        if not 0 < len(text) <= LONGEST_NAME:
            raise LeftOut(f"has a name of {len(text)} characters; give it 1 to {LONGEST_NAME}")
        return text

    def _value(self, name: str, value: object) -> Single | list[Single]:
        many = items(value)
        if many is not None:
            return self._list(name, many)
        plain = single(value)
        if isinstance(plain, str) and len(plain) > self._most_bytes:
            kept = f"{self._most_bytes} bytes are kept of all together"
            raise LeftOut(f"is a text of {len(plain)} characters, and {kept}")
        return plain

    def _list(self, name: str, many: Collection[object]) -> list[Single]:
        if len(many) > ITEMS_AT_MOST:
            raise LeftOut(f"is a list of {len(many)}, and {ITEMS_AT_MOST} are kept")
        converted = [self._item(f"{name}[{i}]", item) for i, item in enumerate(list(many))]
        return [item for item in converted if item is not None]

    def _item(self, name: str, item: object) -> Single:
        """None when the item is left out; lists cannot contain null."""
        try:
            plain = single(item)
            if plain is None:
                raise LeftOut("is nothing, which a list cannot hold")
        except Exception as error:  # noqa: BLE001 - a host's own classes may raise anything
            self._leave_out(name, item, error)
            return None
        return plain

    def _leave_out(self, name: object, value: object, error: Exception) -> None:
        why = str(error) if isinstance(error, LeftOut) else f"cannot be read ({_type(error)})"
        self.left_out.add(name, value, why)


def _size(value: object) -> int:
    """Bytes of JSON in UTF-8, as the server counts them."""
    return len(_as_stored(value).encode("utf-8", "surrogatepass"))


def _shown(name: object) -> str:
    """A property's name for a log message."""
    if type(name) is not str:
        return f"a name of type {_type(name)}"
    return repr(name if len(name) <= SHOWN else f"{name[:SHOWN]}…")


def _type(value: object) -> str:
    return type.__repr__(type(value)).removeprefix("<class '").removesuffix("'>")
