"""A host's properties as JSON text, made on the caller's thread: text cannot change afterwards.

Whatever the host passes, the result is valid ASCII JSON (a lone surrogate is escaped, NaN and the
infinities become null) or `Invalid` is raised.
"""

import json
import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring_ascii as quote
from typing import Final
from uuid import UUID

Properties = Mapping[str, object]

MAX_LENGTH: Final = 64_000
"""Of one event's properties in bytes: what the server takes from a page."""
MAX_DEPTH: Final = 32
MAX_INT_BITS: Final = 256

_LEFT_OUT: Final = object()


def _encoder() -> Callable[[object], str]:
    """CPython's JSON encoder, built once: `JSONEncoder.encode` builds it anew in every call, which
    takes longer than to use it. Where it is not to be had, the plain way."""
    plain = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
    try:
        build = json.encoder.c_make_encoder  # type: ignore[attr-defined] # undocumented
        write = build(None, plain.default, quote, None, ":", ",", False, False, False)
        "".join(write({"a": 1.0}, 0))
    except Exception:  # noqa: BLE001 - another implementation, another version
        return plain.encode
    return lambda value: "".join(write(value, 0))


_encode = _encoder()


class Invalid(Exception):
    """The call cannot become an event. Never leaves the package: it is counted and logged."""


class TooLarge(Invalid):
    pass


def encode(properties: Properties | None) -> tuple[str, int]:
    """The JSON text of an object, and how many values had to be left out of it."""
    if properties is None:
        return "{}", 0
    left_out = 0
    text = _encode_as_is(properties)
    if text is None:
        converter = _Converter()
        text = _encode(converter.root(properties))
        left_out = converter.left_out
    if len(text) > MAX_LENGTH:
        raise TooLarge(f"{len(text)} bytes of properties, at most {MAX_LENGTH} are possible")
    return text, left_out


def _encode_as_is(properties: Properties) -> str | None:
    """The quick way, for the properties that JSON knows; None when some need converting."""
    if not isinstance(properties, dict):
        return None
    try:
        return _encode(properties)
    except Exception:  # noqa: BLE001 - a host's own classes may raise anything
        return None


class _Converter:
    """Copies a value into what JSON knows, and counts what has no place there."""

    def __init__(self) -> None:
        self.left_out = 0
        self._above: set[int] = set()

    def root(self, properties: object) -> object:
        if not isinstance(properties, Mapping):
            raise Invalid("properties must be a mapping such as {'total': 99}")
        converted = self._convert(properties)
        if converted is _LEFT_OUT:
            raise Invalid("the properties cannot be read")
        return converted

    def _convert(self, value: object) -> object:
        try:
            bare = value.value if isinstance(value, Enum) else value
            plain = _plain(bare)
            return self._container(bare) if plain is _LEFT_OUT else plain
        except Exception:  # noqa: BLE001 - a host's own classes may raise anything
            return _LEFT_OUT

    def _container(self, value: object) -> object:
        if id(value) in self._above or len(self._above) >= MAX_DEPTH:
            return _LEFT_OUT
        self._above.add(id(value))
        try:
            if isinstance(value, Mapping):
                return self._mapping(value)
            if isinstance(value, list | tuple | set | frozenset):
                return self._list(value)
            return _LEFT_OUT
        finally:
            self._above.discard(id(value))

    def _mapping(self, value: Mapping[object, object]) -> dict[str, object]:
        pairs = ((_key(key), self._convert(item)) for key, item in list(value.items()))
        return {key: item for key, item in pairs if self._kept(key, item)}  # type: ignore[misc]

    def _list(self, value: Iterable[object]) -> list[object]:
        return [item for item in map(self._convert, list(value)) if self._kept(item)]

    def _kept(self, *parts: object) -> bool:
        kept = _LEFT_OUT not in parts
        self.left_out += not kept
        return kept


def _key(key: object) -> object:
    plain = _plain(key)
    return plain if plain is _LEFT_OUT or isinstance(plain, str) else json.dumps(plain)


def _plain(value: object) -> object:  # noqa: PLR0911 - a table of types reads best as one
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal | numbers.Number):
        return _number(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, UUID):
        return str(value)
    return _LEFT_OUT


def _number(value: object) -> object:
    if isinstance(value, numbers.Integral):
        whole = int(value)
        return whole if whole.bit_length() <= MAX_INT_BITS else _LEFT_OUT
    if isinstance(value, Decimal | numbers.Real):
        real = float(value)
        return real if math.isfinite(real) else None
    return _LEFT_OUT


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC; a time without zone is taken as UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat()
