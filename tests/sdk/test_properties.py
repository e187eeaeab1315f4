"""How properties are converted, and which are left out."""

import array
import collections
import enum
import ipaddress
import json
import math
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PureWindowsPath
from typing import Any, NoReturn
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from django.utils.functional import SimpleLazyObject, lazystr
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from werkzeug.local import LocalProxy

import sayso
from sayso import properties
from sayso.properties import ATTRIBUTES_BYTES, PROPERTIES_BYTES, Invalid, encode
from tests.sdk.odd_values import Hostile, HostileMapping, Order, Plan, Rank, mappings
from tests.sdk.receiver import Receiver


class Stage(enum.StrEnum):
    LATE = "late"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
        (pd.Timestamp("2026-01-02T03:00:00.000000001Z"), "2026-01-02T03:00:00+00:00"),
        (np.datetime64("2026-01-02T03:00:00.000000001"), "2026-01-02T03:00:00+00:00"),
        (np.datetime64("2026-01-02"), "2026-01-02T00:00:00+00:00"),
        (np.datetime64("NaT"), None),
        (np.timedelta64(90, "s"), 90.0),
        (pd.NaT, None),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (timedelta(minutes=1), 60.0),
        (Decimal("99.90"), 99.9),
        (Decimal("NaN"), None),
        (Fraction(1, 2), 0.5),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (ipaddress.ip_address("::1"), "::1"),
        (Plan.PRO, "pro"),
        (Plan.LIMITS, [1, 2]),
        (Rank.FIRST, 1),
        (Stage.LATE, "late"),
        (math.nan, None),
        (math.inf, None),
        (np.bool_(True), True),
        (np.int64(7), 7),
        (np.float32(0.5), 0.5),
        (np.float64("nan"), None),
        (np.str_("text"), "text"),
        (np.array(7), 7),
        (np.array([1, 2]), [1, 2]),
        (pd.Series([True, False]), [True, False]),
        (lazystr("Hello"), "Hello"),
        (mark_safe("<b>"), "<b>"),
        (SimpleLazyObject(lambda: "text"), "text"),
        (SimpleLazyObject(lambda: False), False),
        (LocalProxy(lambda: "text"), "text"),
        (LocalProxy(lambda: [1]), [1]),
        (collections.UserString("text"), "text"),
        (b"text", "text"),
        (bytearray("\u00e4", "utf-8"), "\u00e4"),
        (memoryview(b"text"), "text"),
        (Path("/tmp") / "a.txt", "/tmp/a.txt"),  # noqa: S108 - the file does not exist
        (PureWindowsPath("c:/a"), "c:\\a"),
        ((1, 2), [1, 2]),
        ({7}, [7]),
        (range(3), [0, 1, 2]),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        (collections.deque([1]), [1]),
        (array.array("i", [1]), [1]),
        ([b"a", Plan.PRO], ["a", "pro"]),
        ("\ud800", "\ud800"),
        ("\x00\u202e<script>", "\x00\u202e<script>"),
        (2**256, 2**256),
    ],
)
def test_values_are_converted(value: object, expected: object) -> None:
    text, left_out = encode({"value": value})
    assert json.loads(text) == {"value": expected}
    assert left_out.messages == []


@pytest.mark.parametrize("name", [date(2026, 1, 2), 2, True, None, Plan.PRO, b"b", np.int64(7)])
def test_names_are_converted(name: Any) -> None:
    expected = {date: "2026-01-02", int: "2", bool: "true", Plan: "pro", bytes: "b", np.int64: "7"}
    assert json.loads(encode({name: 1})[0]) == {expected.get(type(name), "null"): 1}


@pytest.mark.parametrize("given", [Order(9.5, paid=True), {"total": 9.5, "paid": True}.items()])
def test_a_dataclass_may_be_the_properties(given: Any) -> None:
    given = given if isinstance(given, Order) else collections.UserDict(given)
    assert json.loads(encode(given)[0]) == {"total": 9.5, "paid": True}


circle: list[object] = []
circle.append(circle)
deep: object = 1
for _ in range(100_000):
    deep = [deep]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "'odd' (object) has no value that can be sent; send a text"),
        (object, "'odd' (type) has no value"),
        (HostileMapping(), "'odd' (tests.sdk.odd_values.HostileMapping) is nested"),
        ({"a": 1}, "'odd' (dict) is nested; send a text"),
        (Order(1, paid=True), "'odd' (tests.sdk.odd_values.Order) is nested"),
        (np.zeros((2, 2)), "'odd' (numpy.ndarray)"),
        (pd.DataFrame({"a": [1]}), "'odd' (pandas.DataFrame)"),
        (1 << 300, "'odd' (int) is a whole number of more than 256 bits"),
        (Fraction(10**400), "'odd' (fractions.Fraction) is a number too large"),
        (1j, "'odd' (complex) is not a real number"),
        (b"\xff", "'odd' (bytes) is bytes that are not UTF-8"),
        ([1] * 101, "'odd' (list) is a list of 101, and 100 are kept"),
        (range(10**9), "'odd' (range) is a list of 1000000000"),
        (np.arange(101), "'odd' (numpy.ndarray) is a list of 101"),
        ("x" * 16_385, "'odd' (str) is a text of 16385 characters"),
        ("\u20ac" * 6_000, "'odd' (str) is 18009 bytes, and 16384 are kept of all together"),
        ((number for number in range(3)), "'odd' (generator) has no value"),
        (mock.Mock(), "'odd' (unittest.mock.Mock) is nested"),
        (pd.NA, "'odd' (pandas.api.typing.NAType) has no value"),
    ],
)
def test_an_invalid_property_is_left_out_and_logged_with_event_and_type(
    client: sayso.Client,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    value: object,
    said: str,
) -> None:
    client.track("u", "order_completed", {"kept": 1, "odd": value, "after": "2"})
    client.identify("u", {"kept": 1, "odd": value if said.find("bytes, and") < 0 else object()})
    assert client.flush()
    event, person = sorted(receiver.stored, key=lambda record: "attributes" in record)
    assert event["properties"] == {"kept": 1, "after": "2"}
    assert person["attributes"]["kept"] == 1
    assert client.stats().dropped == {}
    assert client.stats().left_out >= 1
    first = caplog.records[0].getMessage()
    assert first.startswith(f"order_completed is sent without {said}")
    assert caplog.records[0].levelname == "WARNING"


@pytest.mark.parametrize(
    ("given", "kept", "said"),
    [
        ({"": 1, "a": 2}, {"a": 2}, "'' (int) has a name of 0 characters"),
        ({"n" * 129: 1, "a": 2}, {"a": 2}, "has a name of 129 characters; give it 1 to 128"),
        ({object(): 1, "a": 2}, {"a": 2}, "a name of type object (int) has no value"),
        ({"a": [1, object(), None, math.nan, [2]]}, {"a": [1]}, "'a[1]' (object) has no value"),
        ({"a": circle}, {"a": []}, "'a[0]' (list) is nested"),
        ({"a": deep, "b": 1}, {"a": [], "b": 1}, "'a[0]' (list) is nested"),
        (
            {"a": "x" * 9_000, "b": "y" * 8_000, "c": 1},
            {"b": "y" * 8_000, "c": 1},
            "'a' (str) is 9007 bytes, and 16384 are kept of all together",
        ),
        (
            {f"p{number}": number for number in range(203)},
            {f"p{number}": number for number in range(200)},
            "'p200' (int) comes after 200 others",
        ),
    ],
)
def test_only_the_invalid_name_item_or_excess_is_left_out(
    given: Any, kept: dict[str, object], said: str
) -> None:
    text, left_out = encode(given)
    assert json.loads(text) == kept
    assert said in left_out.messages[0]


def test_a_value_whose_class_always_raises_is_left_out() -> None:
    text, left_out = encode({"odd": Hostile(), "a": [Hostile(), 1]})
    assert json.loads(text) == {"a": [1]}
    assert left_out.messages == [
        "'odd' (tests.sdk.odd_values.Hostile) cannot be read (RuntimeError)",
        "'a[0]' (tests.sdk.odd_values.Hostile) cannot be read (RuntimeError)",
    ]


def test_a_number_too_long_to_be_converted_is_left_out() -> None:
    text, left_out = encode({"odd": 1 << 20_000, "kept": 1})
    assert json.loads(text) == {"kept": 1}
    assert left_out.messages[0].startswith("'odd' (int) is a whole number of more than 256 bits")


def test_each_value_that_is_left_out_is_counted_and_the_first_are_named() -> None:
    _, left_out = encode({f"p{number}": object() for number in range(50_000)})
    assert left_out.count == 50_000
    assert len(left_out.messages) == properties.MOST_MESSAGES


def test_no_value_is_ever_logged(client: sayso.Client, caplog: pytest.LogCaptureFixture) -> None:
    secret = "hunter2" * 3_000
    client.track("u", "x", {"a": secret, "b": {secret[:7]: secret}, "c": [[secret]]})
    client.identify("u", {"d": {"e": secret}})
    assert client.stats().left_out == 4
    assert "hunter2" not in caplog.text


def test_the_limit_for_attributes_is_twice_that_for_properties() -> None:
    text = "x" * (ATTRIBUTES_BYTES - len('{"a":""}'))
    assert len(encode({"a": text}, ATTRIBUTES_BYTES)[0]) == ATTRIBUTES_BYTES
    assert json.loads(encode({"a": text + "x"}, ATTRIBUTES_BYTES)[0]) == {}
    assert json.loads(encode({"a": text}, PROPERTIES_BYTES)[0]) == {}


@given(mappings)
@settings(max_examples=200, deadline=None)
def test_any_properties_become_valid_json(value: Any) -> None:
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(constant)

    text, _ = encode(value)
    assert isinstance(json.loads(text, parse_constant=refuse), dict)
    assert text.isascii()


def test_the_plain_encoder_gives_the_same_result_as_cpythons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    plain = properties._encoder()
    assert plain({"a": "\u00e4", "b": [1.5]}) == '{"a":"\\u00e4","b":[1.5]}'
    with pytest.raises(ValueError, match="JSON"):
        plain({"a": math.nan})


@pytest.mark.parametrize("given", [[1], "text", 7, object(), Order])
def test_properties_that_are_not_a_mapping_are_invalid(given: Any) -> None:
    with pytest.raises(Invalid, match="mapping"):
        encode(given)


def test_the_last_of_two_names_that_are_equal_in_json_is_sent() -> None:
    assert encode({1: "a", "1": "b"})[0] == '{"1":"b"}'
