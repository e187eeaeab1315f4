"""What each call sends."""

import enum
import math
import time as clock
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.utils.functional import SimpleLazyObject, lazystr
from hypothesis import HealthCheck, given, settings
from werkzeug.local import LocalProxy

import sayso
from sayso.record import new_id
from tests.sdk.odd_values import Hostile, HostileMapping, anything
from tests.sdk.receiver import Receiver

VISITOR = "visitor-000000001"


class Role(str, enum.Enum):  # noqa: UP042 - its `str()` is "Role.GUIDE"
    GUIDE = "guide"


def sent(client: sayso.Client, receiver: Receiver) -> dict[str, Any]:
    assert client.flush()
    return receiver.stored[-1]


def test_an_event_arrives_with_its_id_name_person_properties_and_time(
    client: sayso.Client, receiver: Receiver
) -> None:
    before = datetime.now(UTC)
    client.track("u_42", "order_completed", {"total": 99, "items": ["a", 7], "note": None})
    event = sent(client, receiver)
    assert set(event) == {"id", "name", "user_id", "at", "properties"}
    assert (event["name"], event["user_id"]) == ("order_completed", "u_42")
    assert event["properties"] == {"total": 99, "items": ["a", 7], "note": None}
    assert len(event["id"]) == 32
    assert before <= datetime.fromisoformat(event["at"]) <= datetime.now(UTC)
    assert receiver.requests[-1].path == "/v1/events"


def test_an_anonymous_visitor_is_named_by_anonymous_id(
    client: sayso.Client, receiver: Receiver
) -> None:
    client.track(event="page_opened", anonymous_id=VISITOR)
    event = sent(client, receiver)
    assert event["anonymous_id"] == VISITOR
    assert "user_id" not in event


def test_a_user_id_takes_precedence_over_an_anonymous_id(
    client: sayso.Client, receiver: Receiver
) -> None:
    client.track("u_1", "page_opened", anonymous_id=VISITOR)
    event = sent(client, receiver)
    assert event["user_id"] == "u_1"
    assert "anonymous_id" not in event


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (42, "42"),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (np.int64(42), "42"),
        (Role.GUIDE, "guide"),
        (SimpleLazyObject(lambda: "u_7"), "u_7"),
        (LocalProxy(lambda: 7), "7"),
        (b"u_7", "u_7"),
    ],
)
def test_an_id_of_any_class_is_sent_as_text(
    client: sayso.Client, receiver: Receiver, key: Any, text: str
) -> None:
    client.track(key, "x", id=key)
    event = sent(client, receiver)
    assert (event["user_id"], event["id"]) == (text, text)


@pytest.mark.parametrize("name", [Role.GUIDE, lazystr("guide"), np.str_("guide")])
def test_an_event_may_be_named_by_a_constant(
    client: sayso.Client, receiver: Receiver, name: Any
) -> None:
    client.track("u", name)
    assert sent(client, receiver)["name"] == "guide"


def test_an_identify_and_an_alias_arrive_as_people(
    client: sayso.Client, receiver: Receiver
) -> None:
    client.identify("u_1", {"role": Role.GUIDE})
    client.alias(VISITOR, "u_1")
    assert client.flush()
    assert receiver.stored == [
        {"user_id": "u_1", "attributes": {"role": "guide"}},
        {"user_id": "u_1", "anonymous_id": VISITOR},
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
        datetime(2026, 11, 22, 10),  # noqa: DTZ001 - has no zone on purpose: counts as UTC
        datetime(2026, 11, 22, 10, tzinfo=UTC),
        datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_at_is_sent_in_utc(
    client: sayso.Client, receiver: Receiver, at: datetime, far_from_greenwich: None
) -> None:
    client.track("u", "x", at=at)
    assert sent(client, receiver)["at"] == "2026-11-22T10:00:00+00:00"


@pytest.mark.parametrize(
    "seconds", [59.5, timedelta(minutes=1), np.float32(59.5), np.int16(60), Decimal("59.1")]
)
def test_ask_within_is_sent_in_whole_seconds(
    client: sayso.Client, receiver: Receiver, seconds: Any
) -> None:
    client.track("u", "x", ask_within=seconds)
    assert sent(client, receiver)["ask_within"] == 60


def test_an_id_from_the_host_is_kept(client: sayso.Client, receiver: Receiver) -> None:
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
    changed: dict[str, Any] = {"total": 1, "list": [1]}
    client.track("u", "second", changed)
    changed["total"] = 2
    changed["list"].append(2)
    receiver.gate.set()
    assert sent(client, receiver)["properties"] == {"total": 1, "list": [1]}


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
        lambda client: client.track("u", "x\n"),
        lambda client: client.track("u", "x\ud800"),
        lambda client: client.track("u", 7),
        lambda client: client.track("u" * 257, "x"),
        lambda client: client.track("u\t", "x"),
        lambda client: client.track(event="x", anonymous_id="short"),
        lambda client: client.track("u", "x", "text"),
        lambda client: client.track("u", "x", HostileMapping()),
        lambda client: client.track("u", "x", at="yesterday"),
        lambda client: client.track("u", "x", at=datetime.min.replace(tzinfo=timezone.max)),
        lambda client: client.track("u", "x", ask_within=-1),
        lambda client: client.track("u", "x", ask_within=math.nan),
        lambda client: client.track("u", "x", ask_within="soon"),
        lambda client: client.track("u", "x", id="x" * 65),
        lambda client: client.track("u", "x", id="two words"),
        lambda client: client.track("u", "x", id=1.5),
        lambda client: client.track("u", "x", ask_within=366 * 86_400),
        lambda client: client.identify("", {}),
        lambda client: client.identify("u", 7),
        lambda client: client.alias("", "u"),
        lambda client: client.alias("v", "u"),
        lambda client: client.alias(VISITOR, None),
    ],
)
def test_an_invalid_call_is_dropped_counted_and_logged(
    client: sayso.Client, call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    call(client)
    assert client.stats() == sayso.Stats(queued=0, sent=0, dropped={"invalid": 1}, left_out=0)
    assert len(caplog.records) == 1


def test_an_invalid_flush_or_close_does_not_raise(client: sayso.Client, receiver: Receiver) -> None:
    receiver.gate.clear()
    client.track("u", "x")
    assert client.flush("soon") is False  # type: ignore[arg-type]
    assert client.close("soon") is False  # type: ignore[arg-type]


@given(anything, anything, anything, anything, anything, anything)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_argument_makes_a_call_raise(
    user: Any, event: Any, value: Any, at: Any, ask_within: Any, own_id: Any
) -> None:
    client = sayso.Client("sk_x", host="http://127.0.0.1:9", max_queue=1)
    client.track(user, event, value, at=at, ask_within=ask_within, id=own_id)
    client.track("u", "x", value)
    client.identify(user, value)
    client.alias(event, user)
    client.close(0)
