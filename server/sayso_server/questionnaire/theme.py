"""A survey's theme as CSS custom properties of the popup: colours, corners, font and position."""

from collections.abc import Mapping
from itertools import product
from math import floor
from typing import Any

from sayso_server.questionnaire.contrast import TEXT_LEAST, contrast, nearest
from sayso_server.questionnaire.palette import MODES, OWN, Colors, palette, with_own

Theme = Mapping[str, Any]

FONTS = ("own", "inherit")
LARGEST_RADIUS = 24  # px
INNER = 10 / 16  # corner radius of a button, relative to that of the popup

# Position → inset-block or inset-inline, and the offset from which the popup slides in.
_BLOCK = {"top": ("20px auto", "0 -8px"), "bottom": ("auto 20px", "0 8px")}
_INLINE = {"start": "20px auto", "center": "20px", "end": "auto 20px"}
PLACES = (*(f"{block}-{inline}" for block, inline in product(_BLOCK, _INLINE)), "center")


def properties(theme: Theme) -> dict[str, str]:
    """Name → value of each property that differs from the popup's default."""
    changed = _colors(theme)
    if "radius" in theme:
        changed["radius"] = f"{theme['radius']}px"
        changed["inner"] = f"{round(theme['radius'] * INNER)}px"
    if theme.get("font") == "inherit":
        changed["font"] = "inherit"
    return changed | _place(theme.get("place", ""))


def at_start(theme: Theme) -> bool:
    """Whether the popup is at the inline-start side (left in left-to-right text)."""
    return str(theme.get("place", "")).endswith("-start")


def problems(theme: Theme) -> dict[str, list[str]]:
    """Field → why the text is illegible. The other colours are derived and keep their contrast."""
    found: dict[str, list[str]] = {}
    for mode, colors in _looks(theme).items():
        own_dark = mode == "dark" and "dark" in theme
        chosen = theme["dark"] if own_dark else theme
        problem = _illegible(colors, "text" if "text" in chosen else "our own text")
        if problem:
            field = "text" if "text" in chosen else "surface"
            found[f"dark.{field}" if own_dark else field] = [problem]
    return found


def _illegible(colors: Colors, text: str) -> str | None:
    ratio = contrast(colors.text, colors.surface)
    if ratio >= TEXT_LEAST:
        return None
    return (
        f"{text} {colors.text} on surface {colors.surface} has {_rounded_down(ratio)}:1, needs "
        f"{TEXT_LEAST}:1; {nearest(colors.text, colors.surface, TEXT_LEAST)} would do as text"
    )


def _looks(theme: Theme) -> dict[str, Colors]:
    """The chosen colours by colour scheme, "light" or "dark", that the popup may appear in."""
    mode = theme.get("mode", "auto")
    if mode != "auto":
        return {mode: with_own(OWN[mode], theme)}
    brand = {"accent": theme["accent"]} if "accent" in theme else {}
    dark = {**brand, **theme.get("dark", {})}
    return {"light": with_own(OWN["light"], theme), "dark": with_own(OWN["dark"], dark)}


def _colors(theme: Theme) -> dict[str, str]:
    themed = {mode: palette(colors, mode) for mode, colors in _looks(theme).items()}
    if len(themed) == 1:
        (mode,) = themed
        return {**themed[mode], "scheme": mode}
    own = {mode: palette(OWN[mode], mode) for mode in MODES}
    names = [name for name in own["light"] if any(themed[m][name] != own[m][name] for m in MODES)]
    return {name: _by_scheme(themed["light"][name], themed["dark"][name]) for name in names}


def _by_scheme(light: str, dark: str) -> str:
    """The popup sets one of the two variables to nothing and leaves the other unset, so that the
    fallback of the unset variable applies (element.css)."""
    return light if light == dark else f"var(--sayso-light,{light})var(--sayso-dark,{dark})"


def _place(place: str) -> dict[str, str]:
    if place == "center":
        return {"block": "20px", "inline": "20px", "from": "0"}
    block, _, inline = place.partition("-")
    if not inline:
        return {}
    inset, slides_from = _BLOCK[block]
    return {"block": inset, "inline": _INLINE[inline], "from": slides_from}


def _rounded_down(ratio: float) -> float:
    """To one digit: 4.48 must not be shown as 4.5."""
    return floor(ratio * 10) / 10
