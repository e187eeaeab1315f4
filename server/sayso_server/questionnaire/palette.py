"""The colours of a popup: three that a theme chooses, and others derived to keep their contrast."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from sayso_server.questionnaire.contrast import (
    BLACK,
    GRAPHICS_LEAST,
    TEXT_LEAST,
    WHITE,
    contrast,
    mix,
    nearest,
    toward,
)

MODES = ("light", "dark")

# The surface's share in each mixture; less if the contrast would be too low.
SOFT, FIELD, LINE, WASH = 0.28, 0.5, 0.86, 0.95
PROBLEM = {"light": "#b3261e", "dark": "#ffb4ab"}


@dataclass(frozen=True, slots=True)
class Colors:
    """The colours that a theme chooses, "#rrggbb" each."""

    accent: str
    surface: str
    text: str


# The same as in widget/src/element/element.css.
OWN = {
    "light": Colors("#2448c0", WHITE, "#16191d"),
    "dark": Colors("#9db8ff", "#1d2025", "#eceef1"),
}
CHOSEN = tuple(asdict(OWN["light"]))


def with_own(colors: Colors, theme: Any) -> Colors:
    """`colors`, with the colours that a theme chooses instead."""
    return replace(colors, **{name: theme[name].lower() for name in CHOSEN if name in theme})


def palette(colors: Colors, mode: str) -> dict[str, str]:
    """Every colour of the popup by the name of its property."""
    accent, surface, text = colors.accent, colors.surface, colors.text
    visible = contrast(accent, surface) >= GRAPHICS_LEAST
    return {
        "text": text,
        "paper": surface,
        "soft": toward(text, surface, SOFT, surface, TEXT_LEAST),
        "field": toward(text, surface, FIELD, surface, GRAPHICS_LEAST),
        "line": mix(text, surface, LINE),
        "wash": toward(surface, text, 1 - WASH, text, TEXT_LEAST),
        "problem": nearest(PROBLEM[mode], surface, TEXT_LEAST),
        "accent": accent,
        "on-accent": max(BLACK, WHITE, key=lambda color: contrast(color, accent)),
        # A chosen option must be visible even if its fill has too little contrast to the surface.
        "edge": accent if visible else text,
    }
