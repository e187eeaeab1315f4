"""The look of a popup as numbers: `make looks` saves them as the values that the tests expect.

Screenshots differ between machines because fonts do. The popup is therefore drawn in our own font
(`even.ttf`), in which each character in each language is a box half as wide as the font size. Only
our styles then decide positions and line breaks. `CLOSE` px are tolerated for browsers' rounding.
Saved are, in a window 1280 px wide, each part's box, letters, colours and edge; its colours in dark
mode; its box from right to left; and its box and letters at 320 px.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, ViewportSize, expect, sync_playwright

from sayso_server.questionnaire.rendering import render
from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.every_kind import EARLY, HOST, SURVEY, TAG, popup, questions, serve
from tools import browser

Look = dict[str, dict[str, Any]]
"""The measured properties of each part, by the part's name."""

CLOSE = 1  # px
HERE = Path(__file__).parent
KEPT = HERE / "looks.json"
RECORD = (HERE / "look_record.js").read_text()
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 568}
SETTLED = 150  # ms; by then `aside` has reacted to the new window size
FINISH = "(box) => { for (const one of box.getAnimations({ subtree: true })) one.finish() }"

FONT = b64encode((HERE / "even.ttf").read_bytes()).decode()
PAGE = f"""<!doctype html><html lang="en"><title>Host</title><style>
@font-face {{ font-family: Even; src: url(data:font/ttf;base64,{FONT}) }}
body {{ font-family: Even }}
</style><main><h1>Host</h1></main>{TAG}</html>"""

ONWARD = {"when": {"answer": {"group": "promoter"}}, "go": "consent"}
EN = questions("en")
NPS = {"id": "score", "kind": "nps"}
CHOICE = {**EN["one"], "id": "which"}
CONSENT = {**EN["consent"], "id": "consent", "required": False}
LINK = {"link": {"label": {"en": "Review us"}, "url": "https://reviews.example/"}}

SURVEYS: dict[str, dict[str, Any]] = {
    "nps": {"questions": [NPS]},
    "csat": {"questions": [{"id": "score", "kind": "csat"}]},
    "ces": {"questions": [{"id": "score", "kind": "ces"}]},
    "comment": {"questions": [{"id": "why", "kind": "comment"}]},
    "matrix": {"questions": [EN["matrix of 5"]]},
    "ranking": {"questions": [EN["ranking"]]},
    "contact": {"questions": [EN["contact"]]},
    "a step of several": {"questions": [{**NPS, "then": [ONWARD]}, CHOICE, CONSENT]},
    "thanks with a link": {"questions": [NPS], "thanks": LINK},
}


def _choose(page: Page) -> None:
    page.wait_for_timeout(EARLY)
    popup(page).get_by_role("radio").first.click()
    expect(popup(page).get_by_role("radio", name="10")).to_have_count(0)
    page.mouse.move(0, 0)


STEPS: dict[str, Callable[[Page], None]] = {
    "a step of several": _choose,
    "thanks with a link": _choose,
}
"""How a visitor reaches the recorded step."""


def looks(new_context: Callable[..., BrowserContext], name: str) -> dict[str, Look]:
    """Record the popup in every colour scheme, width and direction."""
    # The page's policy forbids the font, so bypass it.
    context = new_context(viewport=WIDE, reduced_motion="reduce", bypass_csp=True)
    asked = render(SURVEY, {**SURVEYS[name], "theme": {"font": "inherit"}}, "en")
    serve(context, asked, PAGE)
    page = context.new_page()
    page.goto(HOST)
    expect(popup(page)).to_be_visible()
    page.evaluate("document.fonts.load('16px Even')")
    if name in STEPS:
        STEPS[name](page)
    found = {"wide": _look(page, "box", "letters", "colours", "edge")}
    page.emulate_media(color_scheme="dark")
    found["dark"] = _look(page, "colours", "edge")
    popup(page).locator("xpath=..").evaluate("(frame) => { frame.dir = 'rtl' }")
    found["from right to left"] = _look(page, "box")
    popup(page).locator("xpath=..").evaluate("(frame) => { frame.dir = 'ltr' }")
    page.set_viewport_size(NARROW)
    found["narrow"] = _look(page, "box", "letters")
    context.close()
    return found


def _look(page: Page, *qualities: str) -> Look:
    page.wait_for_timeout(SETTLED)
    popup(page).evaluate(FINISH)
    parts: Look = popup(page).evaluate(RECORD)
    chosen = {
        part: {one: told[one] for one in qualities if one in told} for part, told in parts.items()
    }
    return {part: told for part, told in chosen.items() if told}


def kept() -> dict[str, dict[str, Look]]:
    found: dict[str, dict[str, Look]] = json.loads(KEPT.read_text())
    return found


def unlike(expected: dict[str, Look], found: dict[str, Look]) -> list[str]:
    """One line for each part that changed."""
    places = dict.fromkeys(
        (look, part) for told in (expected, found) for look in told for part in told[look]
    )
    told = []
    for look, part in places:
        before, now = (one.get(look, {}).get(part) for one in (expected, found))
        if before is None or now is None or not _alike(before, now):
            told.append(f"{look} | {part}: {before} is now {now}")
    return told


def _alike(before: dict[str, Any], now: dict[str, Any]) -> bool:
    boxes = zip(before.get("box", ()), now.get("box", ()), strict=True)
    rest = [{key: value for key, value in one.items() if key != "box"} for one in (before, now)]
    return rest[0] == rest[1] and all(abs(one - other) <= CLOSE for one, other in boxes)


def main() -> None:
    """Save the present looks of all surveys."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser.find(), args=CHROMIUM_FLAGS)
        found = {name: looks(chromium.new_context, name) for name in SURVEYS}
        chromium.close()
    KEPT.write_text(_a_line_a_part(found))


def _a_line_a_part(found: dict[str, dict[str, Look]]) -> str:
    """JSON with one part per line, so that its diffs are readable."""

    def block(items: dict[str, str], indent: str) -> str:
        lines = ",\n".join(f"{indent}  {json.dumps(name)}: {text}" for name, text in items.items())
        return f"{{\n{lines}\n{indent}}}"

    return (
        block(
            {
                name: block(
                    {
                        look: block(
                            {part: json.dumps(told) for part, told in parts.items()}, "    "
                        )
                        for look, parts in all_looks.items()
                    },
                    "  ",
                )
                for name, all_looks in found.items()
            },
            "",
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
