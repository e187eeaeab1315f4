"""The SDK has the server's limits: it sends exactly what the server accepts."""

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from sayso import batch, identity, properties, record
from sayso.properties import Invalid, encode
from sayso.record import Person, event_name, new_event, user, visitor
from sayso.user_ids import NOBODY
from sayso_server import text_patterns
from sayso_server.api import body, fields
from sayso_server.api.backend import schemas, strict_schema
from sayso_server.api.batch_validation import check_entry
from sayso_server.decision import values
from sayso_server.tokens import identity as server_identity
from tests.sdk.odd_values import mappings

ids = st.text(max_size=300) | st.text("ab-_0 \n", max_size=70) | st.sampled_from(sorted(NOBODY))


def test_each_limit_equals_the_servers() -> None:
    ours = (
        properties.NAMES_AT_MOST,
        properties.ITEMS_AT_MOST,
        properties.LONGEST_NAME,
        properties.PROPERTIES_BYTES,
        properties.ATTRIBUTES_BYTES,
        record.LONGEST_USER_ID,
        record.LONGEST_WAIT,
        identity.LONGEST_TTL,
        record.UNPRINTABLE,
    )
    assert ours == (
        values.NAMES_AT_MOST,
        values.ITEMS_AT_MOST,
        values.LONGEST_NAME,
        values.PROPERTIES_BYTES,
        values.ATTRIBUTES_BYTES,
        fields.IDENTIFIER.max,
        strict_schema.LONGEST_WAIT,
        server_identity.LONGEST,
        text_patterns.UNPRINTABLE,
    )
    assert min(schemas.EVENTS_AT_MOST, schemas.PEOPLE_AT_MOST) >= batch.MAX_RECORDS
    assert batch.MAX_BYTES <= body.BACKEND_BYTES


def is_taken(value: Any, most_bytes: int) -> bool:
    """Whether the server accepts these properties."""
    try:
        fields.Properties(most_bytes=most_bytes).deserialize(value)
    except ValidationError:
        return False
    return True


@given(mappings)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_server_accepts_every_property_that_is_sent(value: Any) -> None:
    for most in (properties.PROPERTIES_BYTES, properties.ATTRIBUTES_BYTES):
        sent = body.read_json(encode(value, most)[0].encode())
        assert is_taken(sent, most)


@given(st.dictionaries(st.text(min_size=1, max_size=200), st.text(max_size=9_000), max_size=4))
@example({"a": "\u20ac" * 5_458})
@example({"a": "\u20ac" * 5_459})
@settings(max_examples=100, deadline=None)
def test_the_sdk_leaves_out_only_what_the_server_refuses(value: dict[str, str]) -> None:
    text, left_out = encode(value)
    taken = is_taken(value, values.PROPERTIES_BYTES)
    assert taken == (left_out.count == 0)
    assert not taken or json.loads(text) == value


def server_takes(schema: Any, sent: str) -> bool:
    return check_entry(schema, body.read_json(sent.encode()), "id")[1] is None


@given(ids, ids, ids, st.floats(0, 1e9), st.booleans())
@example("u\u2028", "x", "id", 1, True)
@example("u", "x\ufffd", "id", 31_536_001, True)
@settings(max_examples=500, deadline=None)
def test_an_event_is_sent_if_and_only_if_the_server_accepts_it(
    who: str, name: str, own_id: str, within: float, is_user: bool
) -> None:
    user_id, anonymous_id = (who, None) if is_user else (None, who)
    raw = {"id": own_id, "name": name, "ask_within": within}
    raw |= {"user_id": user_id, "anonymous_id": anonymous_id}
    try:
        sent = new_event(user_id, event_name(name), "{}", anonymous_id, within, None, own_id)
    except Invalid:
        assert not server_takes(schemas.SentSchema(), json.dumps(raw))
    else:
        assert server_takes(schemas.SentSchema(), sent.json())
        assert server_takes(schemas.SentSchema(), json.dumps(raw))


@given(ids, ids)
@settings(max_examples=300, deadline=None)
def test_a_person_is_sent_if_and_only_if_the_server_accepts_them(
    anonymous_id: str, user_id: str
) -> None:
    raw = {"user_id": user_id, "anonymous_id": anonymous_id}
    try:
        sent = Person(user(user_id), anonymous_id=visitor(anonymous_id))
    except Invalid:
        assert not server_takes(schemas.PersonSchema(), json.dumps(raw))
    else:
        assert server_takes(schemas.PersonSchema(), sent.json())
