"""Helpers for tests about the states of an invitation."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sayso_server.background import Background
from tests.product import ORIGIN, Product, Visitor

AT_ONCE = {"cool_down_days": 0}


def state_of(product: Product, user_id: str = "u_1") -> list[str]:
    Background(product.dependencies).run_once()
    person = product.ok("GET", f"/v1/people?user_id={user_id}")["person"]
    return [row["state"] for row in person["invitations"]]


def does(product: Product, visitor: Visitor, source: str, name: str) -> Any:
    """An event of the user, from page or backend; returns the ask that the page shows, or None."""
    if source == "page":
        return visitor.did(name)
    product.track("u_1", name)
    return visitor.asked()


def waited(visitor: Visitor, kind: str, seconds: float, *, ahead: float = 0, **more: Any) -> Any:
    """Calls *decide* `seconds` after the trigger; the page's clock is `ahead` seconds fast."""
    sent_at = visitor.product.clock.now + timedelta(seconds=ahead)
    at = (sent_at - timedelta(seconds=seconds)).isoformat()
    return visitor.ok(
        "decide",
        {
            **visitor.who(),
            "sent_at": sent_at.isoformat(),
            "trigger": {"kind": kind, "id": uuid4().hex, "at": at, **more},
            "page": {"url": f"{ORIGIN}/", "locale": "en"},
        },
    )
