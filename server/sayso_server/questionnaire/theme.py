"""A survey's look, as the custom properties that the popup sets as they are: its colours, its
corners, its letters, and where it stands."""

from collections.abc import Mapping
from itertools import product
from math import floor
from typing import Any

from sayso_server.questionnaire.contrast import TEXT_LEAST, contrast, nearest
from sayso_server.questionnaire.palette import MODES, OWN, Colors, palette, with_own

Theme = Mapping[str, Any]

FONTS = ("own", "inherit")
LARGEST_RADIUS = 24  # px
INNER = 10 / 16  # the corners of a button, of those of the popup

# Top or bottom, start or end: what inset-block and inset-inline say, and whence it comes.
_BLOCK = {"top": ("20px auto", "0 -8px"), "bottom": ("auto 20px", "0 8px")}
_INLINE = {"start": "20px auto", "center": "20px", "end": "auto 20px"}
PLACES = (*(f"{block}-{inline}" for block, inline in product(_BLOCK, _INLINE)), "center")


def properties(theme: Theme) -> dict[str, str]:
    """Name → value of each property that is not the popup's own already."""
    found = _colors(theme)
    if "radius" in theme:
        found["radius"] = f"{theme['radius']}px"
        found["inner"] = f"{round(theme['radius'] * INNER)}px"
    if theme.get("font") == "inherit":
        found["font"] = "inherit"
    return found | _place(theme.get("place", ""))


def at_start(theme: Theme) -> bool:
    """Whether what keeps to a side keeps to the one where lines begin."""
    return str(theme.get("place", "")).endswith("-start")


def problems(theme: Theme) -> dict[str, list[str]]:
    """Field → what cannot be read. All else is worked out from these, and keeps its contrast."""
    found: dict[str, list[str]] = {}
    for mode, colors in _looks(theme).items():
        apart = mode == "dark" and "dark" in theme
        chosen = theme["dark"] if apart else theme
        said = _illegible(colors, "text" if "text" in chosen else "our own text")
        if said:
            field = "text" if "text" in chosen else "surface"
            found[f"dark.{field}" if apart else field] = [said]
    return found


def _illegible(colors: Colors, text: str) -> str | None:
    ratio = contrast(colors.text, colors.surface)
    if ratio >= TEXT_LEAST:
        return None
    return (
        f"{text} {colors.text} on surface {colors.surface} has {_down(ratio)}:1, needs "
        f"{TEXT_LEAST}:1; {nearest(colors.text, colors.surface, TEXT_LEAST)} would do as text"
    )


def _looks(theme: Theme) -> dict[str, Colors]:
    """The colours in each light in which the popup may be seen."""
    mode = theme.get("mode", "auto")
    if mode != "auto":
        return {mode: with_own(OWN[mode], theme)}
    brand = {"accent": theme["accent"]} if "accent" in theme else {}
    dark = {**brand, **theme.get("dark", {})}
    return {"light": with_own(OWN["light"], theme), "dark": with_own(OWN["dark"], dark)}


def _colors(theme: Theme) -> dict[str, str]:
    found = {mode: palette(colors, mode) for mode, colors in _looks(theme).items()}
    if len(found) == 1:
        (mode,) = found
        return {**found[mode], "scheme": mode}
    own = {mode: palette(OWN[mode], mode) for mode in MODES}
    names = [name for name in own["light"] if any(found[m][name] != own[m][name] for m in MODES)]
    return {name: _in_either(found["light"][name], found["dark"][name]) for name in names}


def _in_either(light: str, dark: str) -> str:
    """The popup empties one of the two variables and leaves the other unset (element.css)."""
    return light if light == dark else f"var(--sayso-light,{light})var(--sayso-dark,{dark})"


def _place(place: str) -> dict[str, str]:
    if place == "center":
        return {"block": "20px", "inline": "20px", "from": "0"}
    block, _, inline = place.partition("-")
    if not inline:
        return {}
    inset, whence = _BLOCK[block]
    return {"block": inset, "inline": _INLINE[inline], "from": whence}


def _down(ratio: float) -> float:
    """4.48 is not 4.5."""
    return floor(ratio * 10) / 10
