"""Convert one value from the host to JSON: a text, a number, a boolean or null.

Types from other packages are recognised by their methods (duck typing), without an import.
"""

import math
import numbers
import os
from collections.abc import Callable, Collection, Mapping, Sequence, Set, ValuesView
from dataclasses import is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Final
from uuid import UUID

Single = str | int | float | bool | None

LARGEST_INT: Final = 2**256
SHAPES: Final = "send a text, a number, a boolean, a date, or a flat list of such"

_TEXTS: Final = (str, bytes, bytearray, memoryview)


class LeftOut(Exception):
    """A value that the server would refuse, and why."""


def single(value: Any) -> Single:
    """Raises LeftOut, or any exception from the host's own classes."""
    if hasattr(value, "dtype") and hasattr(value, "item"):
        return _scalar(value)
    for types, convert in _KNOWN:
        if isinstance(value, types):
            return convert(value)
    if items(value) is not None or is_record(value):
        raise LeftOut(f"is nested; {SHAPES}")
    return _by_duck_type(value)


def items(value: Any) -> Collection[object] | None:
    """The items of a value that becomes a list; None for any other value."""
    bare = value.value if isinstance(value, Enum) else value
    if isinstance(bare, _TEXTS) or hasattr(bare, "casefold"):
        return None
    if isinstance(bare, Sequence | Set | ValuesView):
        return bare
    is_array = hasattr(bare, "tolist") and getattr(bare, "ndim", 0) == 1
    return bare if is_array else None


def is_record(value: object) -> bool:
    """Whether the value is a mapping or a dataclass instance."""
    return isinstance(value, Mapping) or (is_dataclass(value) and not isinstance(value, type))


def _text(value: str) -> str:
    """A plain `str` from a `str` subclass or proxy."""
    return str.__str__(value if issubclass(type(value), str) else str(value))


def _number(value: Any) -> int | float | None:
    if isinstance(value, numbers.Integral):
        whole = int(value)
        if abs(whole) > LARGEST_INT:
            raise LeftOut("is a whole number of more than 256 bits; send it as text")
        return whole
    if not isinstance(value, Decimal | numbers.Real):
        raise LeftOut(f"is not a real number; {SHAPES}")
    try:
        real = float(value)
    except (OverflowError, ValueError):
        raise LeftOut("is a number too large to be stored; send it as text") from None
    return real if math.isfinite(real) else None


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise LeftOut("is bytes that are not UTF-8; send them as text") from None


def _scalar(value: Any) -> Single:
    """A scalar from numpy or a similar package."""
    if getattr(value.dtype, "kind", "") in ("m", "M"):  # for nanoseconds `item` returns an int
        value = value.astype(f"{value.dtype.kind}8[us]")
    plain = value.item()
    if hasattr(plain, "dtype"):
        raise LeftOut(f"is nested; {SHAPES}")
    return single(plain)


def _by_duck_type(value: Any) -> Single:
    if hasattr(value, "casefold"):  # lazy texts
        encoded = value.encode()
        if isinstance(encoded, bytes):
            return _decoded(encoded)
    elif hasattr(value, "isoformat"):  # date and time types from other packages
        written = value.isoformat()
        if isinstance(written, str):
            return _text(written)
    raise LeftOut(f"has no value that can be sent; {SHAPES}")


def _moment(value: datetime) -> str | None:
    return None if _is_no_moment(value) else iso(value)


def _is_no_moment(value: datetime) -> bool:
    return value != value  # noqa: PLR0124 - like NaN, pandas' missing date differs from itself


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC; a time without zone is taken as UTC. Raises ValueError or OverflowError."""
    if _is_no_moment(moment):
        raise ValueError("is no moment")
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return datetime.isoformat(aware)


_KNOWN: Final[tuple[tuple[Any, Callable[[Any], Single]], ...]] = (
    (type(None), lambda value: value),
    (Enum, lambda value: single(value.value)),
    (bool, bool),
    (str, _text),
    ((Decimal, numbers.Number), _number),
    (datetime, _moment),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, timedelta.total_seconds),
    ((bytes, bytearray, memoryview), lambda value: _decoded(bytes(value))),
    ((UUID, IPv4Address, IPv4Network, IPv6Address, IPv6Network), str),
    (os.PathLike, lambda value: single(os.fspath(value))),
)
"""The order matters: a bool is also a number, and a datetime is also a date."""
