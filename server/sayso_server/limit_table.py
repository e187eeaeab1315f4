"""Every limit in one table: what is counted, per whom, in which window, the setting, its default.
The settings and the reference at /docs are generated from it. A test compares the handbook's
reference with it.
"""

from dataclasses import Field, dataclass, field, fields
from typing import Any, NamedTuple

MINUTE, HOUR, DAY = 60, 3_600, 86_400
SPANS = {0: "at once", MINUTE: "a minute", HOUR: "an hour", DAY: "a day (UTC)"}
ADDRESS, VISITOR, PROJECT, KEY = "address", "visitor", "project", "secret key"
KILOBYTE = 1_024
WRITTEN = "kilobytes of unproven writes; one is at least 1 kB"
KEYED = "limit"


class Limit(NamedTuple):
    """One row. `seconds` is the length of the window; 0 limits the number at one time. The setting
    is multiplied by `unit`: 1, or 1,024 for kilobytes."""

    name: str
    default: int
    of: str
    per: str
    seconds: int
    unit: int = 1

    @property
    def setting(self) -> str:
        return f"SAYSO_{self.name.upper()}"

    @property
    def span(self) -> str:
        return SPANS[self.seconds]


def _limit(default: int, of: str, per: str, seconds: int, unit: int = 1) -> Any:
    return field(default=default, metadata={KEYED: (of, per, seconds, unit)})


@dataclass(frozen=True, kw_only=True)
class LimitSettings:
    """The limits of this server; 0 means no limit."""

    page_calls_per_minute: int = _limit(
        1_200, "calls of pages: script, widget, page calls, receipt", ADDRESS, MINUTE
    )
    site_calls_per_minute: int = _limit(
        1_800, "all other calls: results, docs, health, unknown addresses", ADDRESS, MINUTE
    )
    logins_per_minute: int = _limit(30, "login links tried", ADDRESS, MINUTE)
    backend_calls_per_minute: int = _limit(6_000, "calls of a backend", KEY, MINUTE)
    wrong_keys_per_minute: int = _limit(60, "calls with a wrong secret key", ADDRESS, MINUTE)
    new_people_per_hour: int = _limit(2_000, "unproven visitors never seen before", ADDRESS, HOUR)
    answers_per_hour: int = _limit(3_000, "unproven answers", ADDRESS, HOUR)
    visitor_answers_per_hour: int = _limit(500, "unproven answers", VISITOR, HOUR)
    stored_kb_per_hour: int = _limit(16_000, WRITTEN, ADDRESS, HOUR, KILOBYTE)
    visitor_stored_kb_per_hour: int = _limit(2_000, WRITTEN, VISITOR, HOUR, KILOBYTE)
    quota_percent_per_hour: int = _limit(25, "percent of a survey's quota, unproven", ADDRESS, HOUR)
    streams_per_address: int = _limit(1_000, "open streams", ADDRESS, 0)
    streams_per_visitor: int = _limit(8, "open streams", VISITOR, 0)
    unproven_writes_per_day: int = _limit(2_000_000, "unproven writes", PROJECT, DAY)


def _row(setting: "Field[Any]") -> Limit:
    default: Any = setting.default
    return Limit(setting.name, default, *setting.metadata[KEYED])


LIMITS = {setting.name: _row(setting) for setting in fields(LimitSettings)}
