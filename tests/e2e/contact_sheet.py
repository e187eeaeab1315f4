"""Screenshots of every kind of question: `make sheet` writes a PNG per screen and language."""

from __future__ import annotations

import base64
import sys
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.every_kind import USED, opened, popup, questions, survey, takes_input
from tools import browser

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 667}, "has_touch": True}
SMALL_PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 568}, "has_touch": True}
SCREENS = (DESKTOP, PHONE, SMALL_PHONE)

SHEETS: dict[str, tuple[str, dict[str, Any]]] = {
    f"{language}-{scheme}-{screen['viewport']['width']}": (
        language,
        {**screen, "color_scheme": scheme},
    )
    for language, scheme, screen in product(("en", "ar"), ("light", "dark"), SCREENS)
} | {
    "de-320": ("de", SMALL_PHONE),
    "de-1280": ("de", DESKTOP),
    "zh-Hans-1280": ("zh-Hans", DESKTOP),
    "forced-light": ("en", {**DESKTOP, "forced_colors": "active"}),
    "forced-dark": ("en", {**DESKTOP, "forced_colors": "active", "color_scheme": "dark"}),
}
# Themes of example brands; each has its own sheet.
LOOKS: dict[str, dict[str, Any]] = {
    "square": {"accent": "#d4003c", "radius": 0, "place": "center"},
    "dark-brand": {
        "mode": "dark",
        "accent": "#ffd400",
        "surface": "#14213d",
        "text": "#f2f2f2",
        "radius": 24,
        "place": "top-start",
    },
    "paper": {
        "accent": "#7a4b1e",
        "surface": "#fdf6e9",
        "text": "#3b2c1a",
        "font": "inherit",
        "place": "bottom-center",
    },
}
SHEETS |= dict.fromkeys(LOOKS, ("en", DESKTOP))
MARGIN = 12  # px around the popup
STYLE = """
body { margin: 16px; background: #bbb; font: 13px sans-serif; columns: 4; width: 1760px; }
figure { margin: 0 0 16px; break-inside: avoid; }
img { display: block; max-width: 100%; }
"""


def take(chromium: Browser, folder: Path, name: str) -> None:
    """Write one sheet: each kind as it appears, and after a visitor used it."""
    language, options = SHEETS[name]
    figures = []
    for kind, question in questions(language).items():
        context = chromium.new_context(**options)
        page = takes_input(opened(context, survey(language, question, **LOOKS.get(name, {}))))
        box = popup(page)
        pictures = [box.screenshot()]
        if kind in USED:
            USED[kind](page)
            page.wait_for_timeout(200)
            pictures.append(box.screenshot())
        context.close()
        images = "".join(f'<img src="{_inline(one)}">' for one in pictures)
        figures.append(f"<figure><figcaption>{kind}</figcaption>{images}</figure>")
    sheet = chromium.new_page(viewport={"width": 1792, "height": 800})
    sheet.set_content(f"<!doctype html><style>{STYLE}</style>{''.join(figures)}")
    sheet.screenshot(path=folder / f"{name}.png", full_page=True)
    sheet.close()


def _inline(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def main(folder: Path, *names: str) -> None:
    """Write the sheets with these names, or all sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser.find(), args=CHROMIUM_FLAGS)
        for name in names or SHEETS:
            take(chromium, folder, name)
        chromium.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
