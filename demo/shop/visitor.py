"""Who is in the shop: kept in its own signed cookie."""

from __future__ import annotations

import secrets
from decimal import Decimal

from flask import session

from demo.shop.catalogue import FIRST_BASKET, TEAS, Tea


def user_id() -> str:
    """The id under which the shop knows this visitor, and tells Sayso of them."""
    if "user" not in session:
        become_someone()
    user: str = session["user"]
    return user


def become_someone() -> None:
    """A new person, with a basket of their own."""
    session.clear()
    session["user"] = f"u_{secrets.token_hex(4)}"
    session["basket"] = dict(FIRST_BASKET)
    session["visits"] = 0


def basket() -> dict[Tea, int]:
    """How many of which tea."""
    user_id()
    kept: dict[str, int] = session["basket"]
    return {TEAS[sku]: count for sku, count in kept.items() if sku in TEAS}


def put_in_basket(sku: str) -> None:
    """One more of it."""
    user_id()
    session["basket"] = {**session["basket"], sku: session["basket"].get(sku, 0) + 1}


def empty_basket() -> None:
    """The order is on its way."""
    session["basket"] = {}


def total() -> Decimal:
    """What the basket costs, in euros."""
    return sum((tea.price * count for tea, count in basket().items()), Decimal())


def come_back() -> int:
    """One visit more; how many there were."""
    user_id()
    session["visits"] += 1
    visits: int = session["visits"]
    return visits


def visits() -> int:
    """How often this visitor came back."""
    user_id()
    count: int = session["visits"]
    return count
