"""The current visitor, stored in the shop's signed session cookie."""

from __future__ import annotations

import secrets
from decimal import Decimal

from flask import session

from demo.shop.catalogue import FIRST_BASKET, TEAS, Tea


def user_id() -> str:
    """The visitor's user id, in the shop and in Sayso."""
    if "user" not in session:
        become_someone()
    user: str = session["user"]
    return user


def become_someone() -> None:
    """Start a session as a new person with a new basket."""
    session.clear()
    session["user"] = f"u_{secrets.token_hex(4)}"
    session["basket"] = dict(FIRST_BASKET)
    session["visits"] = 0


def basket() -> dict[Tea, int]:
    """Tea → count."""
    user_id()
    counts: dict[str, int] = session["basket"]
    return {TEAS[sku]: count for sku, count in counts.items() if sku in TEAS}


def put_in_basket(sku: str) -> None:
    """Add one of this tea."""
    user_id()
    session["basket"] = {**session["basket"], sku: session["basket"].get(sku, 0) + 1}


def empty_basket() -> None:
    """Remove all teas."""
    session["basket"] = {}


def total() -> Decimal:
    """The basket's price in euros."""
    return sum((tea.price * count for tea, count in basket().items()), Decimal())


def come_back() -> int:
    """Count one more visit; return the number of visits."""
    user_id()
    session["visits"] += 1
    visits: int = session["visits"]
    return visits


def visits() -> int:
    """How often this visitor came back."""
    user_id()
    count: int = session["visits"]
    return count
