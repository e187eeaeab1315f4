"""A person with data in every table, and calls to export and erase a person."""

from typing import Any
from urllib.parse import quote

from tests.product import Product, Visitor


def get(product: Product, **who: str) -> Any:
    return product.call("GET", f"/v1/people?{query(who)}")


def erase(product: Product, **who: str) -> int:
    status: int = product.call("DELETE", f"/v1/people?{query(who)}").status_code
    return status


def query(who: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in who.items())


def lively(product: Product, user_id: str = "u_1") -> tuple[Visitor, list[str]]:
    """Creates a person with data in every table. Returns a visitor, and the texts and ids that only
    this person has."""
    product.survey()
    product.survey(event="bought", quota={"responses": 9})
    product.survey("nps", trigger={"delay": 9_000}, name="later")
    product.survey("ces", event="never_asked", audience={"attributes": [], "languages": ["fr"]})
    product.ok("PUT", "/v1/policy", {"test_mode": {"on": False, "testers": [user_id, "u_2"]}})
    visitor = product.visitor()
    visitor.ok("identify", {"visitor": visitor.id, "attributes": {"page_said": "mine-alone-1"}})
    visitor.token = product.token(user_id)
    person = {"user_id": user_id, "attributes": {"mail": "mine-alone-2"}}
    product.ok("POST", "/v1/people", {"people": [person]})
    product.track(user_id, "viewed", id="mine-alone-3", properties={"what": "mine-alone-4"})
    visitor.did("bought")
    product.clock.forward(seconds=20)  # the popup never opened, so its reservation can lapse
    asked = visitor.did(properties={"order": "mine-alone-5"})
    visitor.show(asked["invitation"])
    visitor.answer(asked["invitation"], ("comment", "mine-alone-6"))
    second = product.visitor(user_id)
    second.did("order_completed")
    stranger = product.visitor()
    stranger.ok("identify", {"visitor": stranger.id, "user_id": user_id})
    ours = get(product, user_id=user_id).json["person"]
    ids = [
        ours["id"].replace("-", ""),
        *(one["id"].replace("-", "") for one in ours["invitations"]),
    ]
    return visitor, [
        *(f"mine-alone-{n}" for n in range(1, 7)),
        f"'{user_id}'",
        f'"{user_id}"',
        visitor.id,
        second.id,
        *ids,
    ]
