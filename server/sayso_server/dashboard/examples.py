"""Example bodies and queries for the API reference. A test sends each of them to the server."""

from typing import Any

VISITOR = "v_5f0c2a9d81e64b7f"
PATH = {
    "public_key": "pk_YOUR_KEY",
    "survey_id": "SURVEY_ID",
    "secret": "INVITATION",
    "name": "power-users",
    "key_id": "KEY_ID",
    "kid": "KID",
    "number": "1",
}
QUERIES = {
    "DELETE /v1/project": "name=Shop",
    "GET /v1/people": "user_id=u_42",
    "DELETE /v1/people": "user_id=u_42",
}
SHAPES = {
    "backend": ("Authorization: Bearer sk_YOUR_KEY", "Content-Type: application/json"),
    "page": ("Origin: https://shop.example", "Content-Type: text/plain"),
    "answer": ("Content-Type: text/plain",),
}
SURVEY: dict[str, Any] = {
    "name": "After an order",
    "template": "csat",
    "trigger": {"event": "order_completed"},
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "POST /v1/surveys": SURVEY,
    "PUT /v1/surveys/{survey_id}": {
        **SURVEY,
        "trigger": {
            "event": "order_completed",
            "filters": [{"property": "total", "op": "gte", "value": 50}],
        },
    },
    "PATCH /v1/surveys/{survey_id}": {"quota": {"responses": 500}, "why": None},
    "POST /v1/surveys/{survey_id}/simulate": {"days": 30, "margin": 8},
    "PATCH /v1/project": {
        "origins": ["https://shop.example", "https://*.shop.example"],
        "tracked": ["help_opened"],
    },
    "POST /v1/keys": {"scopes": ["events"]},
    "POST /v1/events": {
        "events": [
            {
                "id": "order-981-completed",
                "name": "order_completed",
                "user_id": "u_42",
                "properties": {"total": 99},
            }
        ]
    },
    "POST /v1/people": {
        "people": [{"user_id": "u_42", "attributes": {"plan": "pro", "language": "de"}}]
    },
    "PUT /v1/policy": {
        "cool_down_days": 7,
        "quiet_hours": {"from": "21:00", "to": "08:00"},
        "time_zone": "Europe/Vilnius",
        "staff": {"attributes": [{"property": "role", "op": "eq", "value": "staff"}]},
        "excluded_pages": [{"match": "prefix", "value": "/checkout"}],
        "settle_seconds": 5,
        "consent": "wait",
    },
    "PUT /v1/segments/{name}": {
        "attributes": [{"property": "plan", "op": "in", "value": ["pro", "team"]}],
        "events": [{"event": "export_made", "at_least": 3, "within_days": 30}],
    },
    "POST /v1/p/{public_key}/explain": {
        "visitor": VISITOR,
        "debug": "DEBUG_TOKEN",
        "page": {"url": "https://shop.example/orders", "locale": "de-AT"},
    },
    "POST /v1/p/{public_key}/decide": {
        "visitor": VISITOR,
        "trigger": {"kind": "event", "name": "clicked_export", "id": "t-1"},
        "page": {"url": "https://shop.example/orders", "locale": "de-AT"},
    },
    "POST /v1/p/{public_key}/events": {
        "visitor": VISITOR,
        "events": [{"id": "e-1", "name": "clicked_export", "properties": {"format": "csv"}}],
    },
    "POST /v1/p/{public_key}/identify": {
        "visitor": VISITOR,
        "user_id": "u_42",
        "attributes": {"plan": "pro"},
    },
    "POST /v1/p/{public_key}/invitations/{secret}": {"state": "shown"},
    "POST /v1/p/{public_key}/responses": {
        "invitation": "INVITATION",
        "answers": [
            {"question": "score", "value": 5},
            {"question": "comment", "value": "Quick and easy."},
        ],
        "complete": True,
    },
    "POST /v1/p/{public_key}/receipt": {"invitation": "INVITATION"},
    "POST /v1/p/{public_key}/live": {"visitor": VISITOR},
    "POST /v1/p/{public_key}/button": {
        "visitor": VISITOR,
        "surveys": ["9c1f04aa"],
        "page": {"url": "https://shop.example/orders", "locale": "de-AT"},
    },
    "POST /v1/answer": {"secret": "RECEIPT"},
    "POST /v1/answer/change": {
        "secret": "RECEIPT",
        "answers": [{"question": "score", "value": 4}],
    },
    "POST /v1/answer/delete": {"secret": "RECEIPT"},
}
