"""A survey's look, as the custom properties that a page sets: the product's colour, and what keeps
it legible."""

from collections.abc import Mapping

BLACK, WHITE = "#000", "#fff"
TEXT = "var(--sayso-text)"

# Where black and white text on it have the same contrast.
MIDDLE = 0.179
# Beyond these an accent has less than 3:1 (WCAG 1.4.11) on our paper, light or dark.
TOO_PALE, TOO_DARK = 0.3, 0.14


def properties(theme: Mapping[str, str]) -> dict[str, str]:
    """Name → value of each property; empty without an accent, where the page's own serves."""
    accent = theme.get("accent")
    if accent is None:
        return {}
    light = luminance(accent)
    found = {"accent": accent, "on-accent": BLACK if light > MIDDLE else WHITE}
    # The outline of what is chosen must be seen on the paper even where the fill is not.
    if light > TOO_PALE:
        found["edge-light"] = TEXT
    if light < TOO_DARK:
        found["edge-dark"] = TEXT
    return found


def luminance(color: str) -> float:
    """Of "#rrggbb", 0 (black) … 1 (white): WCAG 2.2, relative luminance."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
