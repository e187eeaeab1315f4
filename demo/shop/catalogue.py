"""The shop's teas, and the questions that its support answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Tea:
    """`sku` also names its drawing and its colour in the cup. `price`: euros for 100 g."""

    sku: str
    name: str
    origin: str
    taste: str
    brew: str
    price: Decimal


TEAS = {
    tea.sku: tea
    for tea in (
        Tea(
            "sencha",
            "Sencha",
            "Shizuoka, Japan",
            "Cut grass, sea air, a clean finish.",
            "70 °C, 1 minute",
            Decimal("14.50"),
        ),
        Tea(
            "longjing",
            "Dragon Well",
            "Hangzhou, China",
            "Roasted chestnut, sweet and flat-pressed.",
            "80 °C, 2 minutes",
            Decimal("18.00"),
        ),
        Tea(
            "tieguanyin",
            "Iron Goddess",
            "Anxi, China",
            "Orchid, warm butter, long in the cup.",
            "95 °C, 40 seconds",
            Decimal("16.40"),
        ),
        Tea(
            "darjeeling",
            "First Flush",
            "Darjeeling, India",
            "Muscat grape, brisk as a March morning.",
            "85 °C, 3 minutes",
            Decimal("21.00"),
        ),
        Tea(
            "lapsang",
            "Lapsang Souchong",
            "Wuyi, China",
            "Pine smoke and dark honey.",
            "95 °C, 3 minutes",
            Decimal("12.90"),
        ),
        Tea(
            "linden",
            "Linden & Mint",
            "Dzūkija, Lithuania",
            "Blossom from the roadside trees. No caffeine.",
            "100 °C, 6 minutes",
            Decimal("7.80"),
        ),
    )
}

FIRST_BASKET = {"sencha": 1, "lapsang": 1}
"""The basket of a new visitor, so that an order is one click away."""


@dataclass(frozen=True)
class Question:
    """A question to support, and its answer."""

    asked: str
    answered: str


QUESTIONS = {
    "parcel": Question(
        "Where is my parcel?", "“It left this morning and is with you tomorrow before noon.”"
    ),
    "bitter": Question(
        "My tea turns bitter.", "“Let the kettle rest for two minutes first. Green tea burns.”"
    ),
    "leaves": Question(
        "May I brew the leaves twice?", "“Three times. The second cup is the best one.”"
    ),
}
