"""Regular expressions that mean the same in Python, Rust and ECMAScript."""

import re
from typing import Any

_YEAR = r"(?!0000)[0-9]{4}"
_MONTHS = (
    r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
_LEAP_YEAR = (
    r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29"
)
_DAY = rf"(?:{_YEAR}-(?:{_MONTHS})|{_LEAP_YEAR})"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_ZONE = r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_FRACTION = r"(?:\.[0-9]{1,9})?"

DAY = rf"^{_DAY}$"
CLOCK_TIME = rf"^{_CLOCK}(?::[0-5][0-9])?$"
"""21:00 or 21:00:30, without a zone."""
_TIME = rf"[Tt ]{_CLOCK}(?::[0-5][0-9]{_FRACTION})?{_ZONE}?"
MOMENT = rf"^{_DAY}{_TIME}$"
"""A day and a time as in RFC 3339; without a zone it is UTC."""
DAY_OR_MOMENT = rf"^{_DAY}(?:{_TIME})?$"
"""A day, or a day and a time; without a zone it is in the person's own time zone."""

UUID = r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"

# Control characters, spaces other than U+0020, invisible and bidi characters, tags, and
# replacement characters.
UNPRINTABLE = (
    r"[\u0000-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680"
    r"\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff"
    "\U000e0001-\U000e007f]"
)
_UNPRINTABLE = re.compile(UNPRINTABLE)
BLANK = r"^[\u0000-\u0020\u007f-\u00a0]*$"


def is_printable(text: str) -> bool:
    """Whether the text contains no `UNPRINTABLE` character."""
    return _UNPRINTABLE.search(text) is None


def not_matching(*patterns: str) -> dict[str, Any]:
    """The JSON Schema of a string that matches none of the patterns. It uses `not` instead of a
    negative lookahead, because generators of test data are faster with it."""
    schemas = [{"pattern": pattern} for pattern in patterns]
    forbidden = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"type": "string", "not": {"type": "string", **forbidden}}
