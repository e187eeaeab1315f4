"""Contrast ratios (WCAG 2.2, 1 … 21) of "#rrggbb" colours, and colours with enough contrast."""

TEXT_LEAST = 4.5  # WCAG 1.4.3
GRAPHICS_LEAST = 3.0  # WCAG 1.4.11: outlines and graphics
BLACK, WHITE = "#000000", "#ffffff"
STEPS = 255  # the steps of a colour channel


def luminance(color: str) -> float:
    """0 (black) … 1 (white): WCAG 2.2, relative luminance."""
    red, green, blue = (_linear(part / 255) for part in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, other: str) -> float:
    """The contrast ratio of two colours, in either order."""
    darker, lighter = sorted((luminance(color), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(color: str, other: str, share: float) -> str:
    """`color` mixed with a share (0 … 1) of the other."""
    parts = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def toward(color: str, other: str, share: float, behind: str, least: float) -> str:
    """`color` mixed with as much of `other` as possible, at most `share`, with a contrast of at
    least `least` to the background `behind`. Returns `color` if no mixture has that contrast."""
    mixtures = (mix(color, other, share * step / STEPS) for step in range(STEPS, 0, -1))
    return next((mixture for mixture in mixtures if contrast(mixture, behind) >= least), color)


def nearest(color: str, behind: str, least: float) -> str:
    """The shade nearest to `color`, towards black or white, with at least this contrast to the
    background `behind`. Black or white has at least 4.5 to any colour.

    Raises ValueError if `least` cannot be reached.
    """
    for step in range(STEPS + 1):
        for pole in (BLACK, WHITE):
            shade = mix(color, pole, step / STEPS)
            if contrast(shade, behind) >= least:
                return shade
    raise ValueError(f"nothing has {least}:1 to {behind}")


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
