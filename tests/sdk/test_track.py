"""What a call becomes on the wire."""

import enum
import json
import math
import time as clock
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sayso
from sayso import properties
from sayso.properties import Invalid, encode
from sayso.record import new_id
from tests.sdk.receiver import Receiver


class Plan(enum.Enum):
    PRO = "pro"
    LIMITS = (1, 2)


class Rank(enum.IntEnum):
    FIRST = 1


class Hostile:
    def __getattribute__(self, name: str) -> NoReturn:
        raise RuntimeError(name)


class HostileMapping(Mapping[str, object]):
    def __getitem__(self, key: str) -> object:
        raise RuntimeError(key)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 1


def sent(client: sayso.Client, receiver: Receiver) -> dict[str, Any]:
    assert client.flush()
    return receiver.stored[-1]


def test_an_event_arrives_with_its_id_name_person_properties_and_time(
    client: sayso.Client, receiver: Receiver
) -> None:
    before = datetime.now(UTC)
    client.track("u_42", "order_completed", {"total": 99, "items": ["a", {"b": None}]})
    event = sent(client, receiver)
    assert set(event) == {"id", "name", "user_id", "at", "properties"}
    assert (event["name"], event["user_id"]) == ("order_completed", "u_42")
    assert event["properties"] == {"total": 99, "items": ["a", {"b": None}]}
    assert len(event["id"]) == 32
    assert before <= datetime.fromisoformat(event["at"]) <= datetime.now(UTC)
    assert receiver.requests[-1].path == "/v1/events"


def test_an_anonymous_visitor_is_named_by_anonymous_id(
    client: sayso.Client, receiver: Receiver
) -> None:
    client.track(event="page_opened", anonymous_id="v_1")
    event = sent(client, receiver)
    assert event["anonymous_id"] == "v_1"
    assert "user_id" not in event


def test_a_user_id_goes_before_an_anonymous_id(client: sayso.Client, receiver: Receiver) -> None:
    client.track("u_1", "page_opened", anonymous_id="v_1")
    event = sent(client, receiver)
    assert event["user_id"] == "u_1"
    assert "anonymous_id" not in event


@pytest.mark.parametrize("key", [42, uuid.UUID(int=7)])
def test_a_primary_key_is_sent_as_text(
    client: sayso.Client, receiver: Receiver, key: int | uuid.UUID
) -> None:
    client.track(key, "x")
    assert sent(client, receiver)["user_id"] == str(key)


def test_an_identify_and_an_alias_arrive_as_people(
    client: sayso.Client, receiver: Receiver
) -> None:
    client.identify("u_1", {"plan": Plan.PRO})
    client.alias("v_1", "u_1")
    assert client.flush()
    assert receiver.stored == [
        {"user_id": "u_1", "attributes": {"plan": "pro"}},
        {"user_id": "u_1", "anonymous_id": "v_1"},
    ]
    assert {request.path for request in receiver.requests} == {"/v1/people"}


@pytest.fixture
def far_from_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Pacific/Auckland")
        clock.tzset()
        yield
    clock.tzset()


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 22, 10),  # noqa: DTZ001 - without zone on purpose: taken as UTC
        datetime(2026, 11, 22, 10, tzinfo=UTC),
        datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_at_is_sent_in_utc(
    client: sayso.Client, receiver: Receiver, at: datetime, far_from_greenwich: None
) -> None:
    client.track("u", "x", at=at)
    assert sent(client, receiver)["at"] == "2026-11-22T10:00:00+00:00"


def test_ask_within_is_sent_in_whole_seconds(client: sayso.Client, receiver: Receiver) -> None:
    client.track("u", "x", ask_within=59.5)
    assert sent(client, receiver)["ask_within"] == 60


def test_an_id_of_the_host_is_kept(client: sayso.Client, receiver: Receiver) -> None:
    client.track("u", "x", id="order-7")
    assert sent(client, receiver)["id"] == "order-7"


def test_ids_are_unique_and_ordered_by_time() -> None:
    assert len({new_id(1.0) for _ in range(10_000)}) == 10_000
    assert new_id(1_700_000_000.001) < new_id(1_700_000_000.002) < new_id(4_000_000_000)


def test_changing_the_properties_afterwards_changes_nothing(
    client: sayso.Client, receiver: Receiver
) -> None:
    receiver.gate.clear()
    client.track("u", "first")
    receiver.wait_for(lambda it: it.requests)
    changed: dict[str, Any] = {"total": 1, "nested": {"list": [1]}}
    client.track("u", "second", changed)
    changed["total"] = 2
    changed["nested"]["list"].append(2)
    receiver.gate.set()
    assert sent(client, receiver)["properties"] == {"total": 1, "nested": {"list": [1]}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (timedelta(minutes=1), 60.0),
        (Decimal("99.90"), 99.9),
        (Decimal("NaN"), None),
        (Fraction(1, 2), 0.5),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Plan.PRO, "pro"),
        (Plan.LIMITS, [1, 2]),
        (Rank.FIRST, 1),
        (math.nan, None),
        (math.inf, None),
        ([1.0, -math.inf], [1.0, None]),
        ((1, 2), [1, 2]),
        ({7}, [7]),
        ({date(2026, 1, 2): 1, 2: 3, True: 4}, {"2026-01-02": 1, "2": 3, "true": 4}),
        ("\ud800", "\ud800"),
        ("\x00\u202e<script>", "\x00\u202e<script>"),
    ],
)
def test_values_of_the_standard_library_are_converted(value: object, expected: object) -> None:
    text, left_out = encode({"value": value})
    assert json.loads(text) == {"value": expected}
    assert left_out == 0


def test_the_event_goes_without_what_json_cannot_hold_and_that_is_counted(
    client: sayso.Client, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    circle: list[object] = []
    circle.append(circle)
    odd = {"o": object(), "h": Hostile(), "m": HostileMapping(), "i": 1 << 300}
    client.track("u", "x", {**odd, "c": circle, "kept": [1, object()], object(): 1})  # type: ignore[dict-item]
    assert sent(client, receiver)["properties"] == {"c": [], "kept": [1]}
    assert client.stats().left_out == 7
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_very_deep_property_does_no_harm() -> None:
    deep: object = 1
    for _ in range(100_000):
        deep = [deep]
    text, left_out = encode({"deep": deep, "flat": 1})
    assert json.loads(text)["flat"] == 1
    assert left_out == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.track(None, "x"),
        lambda client: client.track("", "x"),
        lambda client: client.track(True, "x"),
        lambda client: client.track(Hostile(), "x"),
        lambda client: client.track("u"),
        lambda client: client.track("u", ""),
        lambda client: client.track("u", "x" * 129),
        lambda client: client.track("u", 7),
        lambda client: client.track("u", "x", "text"),
        lambda client: client.track("u", "x", HostileMapping()),
        lambda client: client.track("u", "x", at="yesterday"),
        lambda client: client.track("u", "x", at=datetime.min.replace(tzinfo=timezone.max)),
        lambda client: client.track("u", "x", ask_within=-1),
        lambda client: client.track("u", "x", ask_within=math.nan),
        lambda client: client.track("u", "x", ask_within="soon"),
        lambda client: client.track("u", "x", id="x" * 65),
        lambda client: client.track("u", "x", id=7),
        lambda client: client.identify("", {}),
        lambda client: client.identify("u", 7),
        lambda client: client.alias("", "u"),
        lambda client: client.alias("v", None),
    ],
)
def test_a_call_that_makes_no_sense_is_dropped_counted_and_said(
    client: sayso.Client, call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    call(client)
    assert client.stats() == sayso.Stats(queued=0, sent=0, dropped={"invalid": 1}, left_out=0)
    assert len(caplog.records) == 1


def test_an_event_that_is_too_large_is_dropped_and_counted(client: sayso.Client) -> None:
    client.track("u", "x", {"text": "x" * 70_000})
    assert client.stats().dropped == {"too_large": 1}


def test_a_flush_or_close_that_makes_no_sense_does_not_raise(
    client: sayso.Client, receiver: Receiver
) -> None:
    receiver.gate.clear()
    client.track("u", "x")
    assert client.flush("soon") is False  # type: ignore[arg-type]
    assert client.close("soon") is False  # type: ignore[arg-type]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=5)
    | st.decimals()
    | st.datetimes()
    | st.uuids()
    | st.sampled_from([Plan.PRO, Rank.FIRST, object()])
    | st.builds(lambda: Hostile())  # noqa: PLW0108 - hypothesis would inspect the class itself
    | st.builds(HostileMapping)
    | st.builds(lambda: 1 << 20_000),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.none(), inner, max_size=4)
        | st.tuples(inner)
    ),
    max_leaves=12,
)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_whatever_the_properties_the_text_is_valid_json(value: object) -> None:
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(constant)

    text, _ = encode({"value": value})
    assert isinstance(json.loads(text, parse_constant=refuse), dict)
    assert text.isascii()


@given(anything, anything, anything, anything, anything, anything)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_arguments_nothing_raises(
    user: Any, event: Any, value: Any, at: Any, ask_within: Any, own_id: Any
) -> None:
    client = sayso.Client("sk_x", host="http://127.0.0.1:9", max_queue=1)
    client.track(user, event, value, at=at, ask_within=ask_within, id=own_id)
    client.track("u", "x", value)
    client.identify(user, value)
    client.alias(event, user)
    client.close(0)


def test_without_the_encoder_of_cpython_the_plain_one_does_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    plain = properties._encoder()
    assert plain({"a": "ä", "b": [1.5]}) == '{"a":"\\u00e4","b":[1.5]}'
    with pytest.raises(ValueError, match="JSON"):
        plain({"a": math.nan})


def test_properties_that_are_no_mapping_are_invalid() -> None:
    with pytest.raises(Invalid, match="mapping"):
        encode([1])  # type: ignore[arg-type]
