"""The fast path for events returns exactly what the schema returns."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some
from marshmallow import ValidationError

from sayso_server.api.backend import plain_event
from sayso_server.api.backend.schemas import SentSchema
from sayso_server.api.backend.strict_schema import LONGEST_WAIT

PLAIN = {
    "id": "e1",
    "name": "order_completed",
    "user_id": "u_1",
    "at": "2026-03-02T12:00:00.123Z",
    "properties": {"total": 99, "gift": True, "note": "für Ömer"},
    "ask_within": 60,
}
ODD_TEXT = some.sampled_from(
    [
        "",
        "a",
        "v" * 16,
        "e 1",
        "e1\n",
        "u\0",
        "\ufffd",
        "x" * 65,
        "x" * 129,
        "x" * 257,
        "ü",
        "\u202e",
    ]
)
MOMENTS = some.sampled_from(
    [
        "2026-03-02T12:00:00Z",
        "2026-03-02T12:00:00+00:00",
        "2026-03-02T12:00:00.123456+00:00",
        "2026-02-30T12:00:00Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T12:00:60Z",
        "1026-03-02T12:00:00Z",
        "2026-03-02 12:00:00",
        "2026-03-02",
        "20260302T120000Z",
        "٢٠٢٦-03-02T12:00:00Z",
        "2026-03-02T12:00:00Z\n",
    ]
) | some.builds(
    lambda moment, zone: moment.isoformat() + zone,
    some.datetimes(),
    some.sampled_from(["", "Z", "+00:00", "-00:00", "+05:30", "-23:59"]),
)
NUMBERS = (
    some.sampled_from([0, 0.0, -1, True, "60", LONGEST_WAIT, LONGEST_WAIT + 1, 10**400])
    | some.floats()
    | some.integers()
)
NAMES = some.text(max_size=3)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=9),
    lambda inside: (
        some.lists(inside, max_size=3)
        | some.dictionaries(some.text(max_size=3), inside, max_size=3)
    ),
    max_leaves=6,
)
RECORDS = some.fixed_dictionaries(
    {},
    optional={
        "id": some.just("e1") | ODD_TEXT | JSON,
        "name": some.just("x") | ODD_TEXT | JSON,
        "user_id": some.just("u_1") | ODD_TEXT | JSON,
        "anonymous_id": some.just("v" * 16) | ODD_TEXT | JSON,
        "at": MOMENTS | JSON,
        "properties": some.dictionaries(ODD_TEXT | some.text(), JSON)
        | some.just({"long": "x" * 17_000})
        | JSON,
        "ask_within": NUMBERS | JSON,
        "more": JSON,
    },
)
# Most random records are refused; changing a few fields in a valid record finds the edge cases.
NEARLY = RECORDS.map(lambda record: {**PLAIN, **dict(list(record.items())[:2])})


def by_schema(record: dict[str, Any]) -> dict[str, Any] | None:
    try:
        loaded: dict[str, Any] = SentSchema().load(record)
    except ValidationError:
        return None
    return loaded


@settings(max_examples=600, deadline=None)
@given(RECORDS | NEARLY)
def test_the_fast_path_returns_what_the_schema_returns(record: dict[str, Any]) -> None:
    plain = plain_event.read(record)
    assert plain is None or repr(plain) == repr(by_schema(record))


def test_sdk_events_take_the_fast_path() -> None:
    for change in ({}, {"user_id": None, "anonymous_id": "v" * 16}, {"at": None}):
        record = {**PLAIN, **change}
        assert plain_event.read(record) == by_schema(record) is not None
