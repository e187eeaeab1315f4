"""Odd input from a page is refused by field or ignored; it never causes a 500."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.one_product import app
from tests.product import ORIGIN, Product, Visitor

__all__ = ["app"]

LOCALES = [
    "x" * 36,
    "x" * 100,
    "x" * 400,
    "de-AT-u-co-phonebk-x-a-very-long-private-use-subtag",
    "de-" + "a-" * 200,
    "\0",
    "half \ud83d",
    "\u202e" * 50,
    " \n",
    "",
    None,
    7,
    ["de"],
    {"de": 1},
]


def decide(visitor: Visitor, locale: Any) -> Any:
    trigger = {"kind": "event", "id": uuid4().hex, "name": "order_completed"}
    page = {"url": f"{ORIGIN}/", "locale": locale}
    return visitor.post("decide", {**visitor.who(), "trigger": trigger, "page": page})


def test_an_odd_locale_does_not_prevent_the_survey(product: Product) -> None:
    product.survey()
    for locale in LOCALES:
        visitor = product.visitor()
        reply = decide(visitor, locale)
        assert reply.status_code == 200, (locale, reply.text)
        ask = reply.json["ask"]
        visitor.show(ask["invitation"])
        receipt = visitor.post("receipt", {"invitation": ask["invitation"]})
        assert receipt.status_code == 200, locale
        visitor.answer(ask["invitation"], ("score", 3), complete=True)


@pytest.mark.parametrize(
    "locale", ["de-AT-u-co-phonebk-x-a-very-long-private-use-subtag", "de-" + "a-" * 200]
)
def test_a_language_tag_that_is_too_long_still_sets_the_language(
    product: Product, locale: str
) -> None:
    product.survey()
    assert decide(product.visitor(), locale).json["ask"]["survey"]["language"] == "de"


BODIES = {
    "nothing": b"",
    "a list": b"[]",
    "a text": b'"text"',
    "null": b"null",
    "a number": b"7",
    "two": b"{}{}",
    "cut off": b'{"visitor": "',
    "no UTF-8": b"\xff\xfe{}",
    "half a pair": b'"\xed\xa0\x80"',
    "a NUL": b'{"a": "\0"}',
    "too deep": b"[" * 30_000,
    "too deep an object": b'{"a":' * 10_000,
    "too large": b" " * 70_000 + b"{}",
    "a huge number": b'{"visitor": ' + b"9" * 5_000 + b"}",
    "no number": b'{"visitor": NaN}',
}
PATHS = (
    *("decide", "events", "identify", "responses", "receipt", "button", "live", "explain"),
    "invitations/secret",
)


def test_every_page_call_refuses_an_unreadable_body(stranger: Visitor) -> None:
    for path in PATHS:
        for name, body in BODIES.items():
            reply = stranger.post(path, body)
            assert reply.status_code in (400, 413, 422), (path, name, reply.text)
            assert reply.json["message"], (path, name)


def test_a_list_that_is_too_long_is_refused_before_its_entries_are_read(stranger: Visitor) -> None:
    lists: dict[str, tuple[str, dict[str, Any]]] = {
        "events": ("events", {"events": [{}] * 15_000}),
        "responses": ("answers", {"invitation": "i", "answers": [{}] * 15_000}),
        "button": ("surveys", {"surveys": [{}] * 15_000}),
        "decide": ("trigger.surveys", {"trigger": {"surveys": [{}] * 15_000}}),
    }
    for path, (field, body) in lists.items():
        refused = stranger.post(path, {**stranger.who(), **body}).json["errors"]
        assert refused[field][0].startswith("Has 15000 entries; send a list of "), path
        assert len([name for name in refused if name.startswith(f"{field}.")]) == 0


def test_the_last_of_two_equal_keys_counts(stranger: Visitor) -> None:
    body = json.dumps({**stranger.who(), "visitor_": 1}).replace("visitor_", "visitor")
    assert stranger.post("identify", body).status_code == 422


WHERE: dict[str, dict[str, Any]] = {
    "decide": {
        "trigger": {"kind": "event", "id": "i", "name": "order_completed", "properties": {}},
        "page": {"url": "u", "locale": "l", "zone": "z"},
    },
    "events": {"sent_at": "s", "events": [{"id": "i", "name": "n", "at": "a", "properties": {}}]},
    "identify": {"user_id": "u", "attributes": {}},
    "live": {"last": "l", "visitor": "v"},
    "button": {"surveys": ["s"], "page": {"url": "u"}},
    "receipt": {"invitation": "i"},
    "responses": {"invitation": "i", "answers": [{"question": "q", "value": 1, "text": "t"}]},
}
ODD: list[Any] = [
    *("\0", "half \ud83d", "\u202e", "x" * 5_000, "", "9999-12-31T23:59:59-12:00"),
    *(2**63, 2**64, -(2**63) - 1, 10**400, 1e308, True, None, [], {}, [[]]),
    "0001-01-01T00:00:00+14:00",
]


def places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to every value in `body`."""
    inside = body.items() if isinstance(body, dict) else enumerate(body)
    found = [path] if path else []
    for key, value in inside if isinstance(body, dict | list) else ():
        found += places(value, (*path, key)) if isinstance(value, dict | list) else [(*path, key)]
    return found


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    key, *rest = path
    pairs = body.items() if isinstance(body, dict) else enumerate(body)
    made = {one: changed(old, tuple(rest), value) if one == key else old for one, old in pairs}
    return made if isinstance(body, dict) else list(made.values())


def test_odd_field_values_do_not_break_a_call(product: Product, stranger: Visitor) -> None:
    product.survey()
    for path, more in WHERE.items():
        body = {**stranger.who(), **more}
        for place in places(body):
            for odd in ODD:
                reply = stranger.post(path, changed(body, place, odd))
                assert reply.status_code in (200, 400, 401, 404, 422), (path, place, odd)
                if path != "live":
                    assert reply.is_json


def test_odd_answers_do_not_break_a_call(product: Product, stranger: Visitor) -> None:
    options = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
    kinds: list[dict[str, Any]] = [
        {"kind": "csat"},
        {"kind": "choice", "options": options, "multiple": True, "other": True},
        {"kind": "ranking", "options": options},
        {"kind": "matrix", "rows": options},
        {"kind": "text"},
        {"kind": "date"},
        {"kind": "contact", "fields": ["name", "email"]},
        {"kind": "consent", "label": "yes"},
    ]
    asked = [{"id": one["kind"], "title": "?", **one} for one in kinds]
    product.publish({"questions": asked, "trigger": {"event": "order_completed"}})
    invitation = stranger.did()["invitation"]
    odd = [*ODD, [None], [{}], ["a", "a"], ["a"] * 1_000, {"a": []}, {"a": 10**400}, {"": None}]
    for question in asked:
        for value in odd:
            given = {"question": question["id"], "value": value, "text": "x"}
            reply = stranger.post("responses", {"invitation": invitation, "answers": [given]})
            assert reply.status_code in (200, 422), (question["id"], value, reply.text)
