"""The popup's seven positions: never cut off, and never over the focused element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Page

from sayso_server.questionnaire.theme import PLACES
from tests.e2e.every_kind import TAG, opened, popup, survey, takes_input
from tests.e2e.visitor import until

Contexts = Callable[..., BrowserContext]

NPS = {"id": "q", "kind": "nps"}
WIDE, PHONE, ZOOMED = (1280, 800), (375, 667), (320, 256)  # ZOOMED is 1280 × 1024 at 400 %
EDGE = 20  # px from the window's edges
FIELDS = f"""<!doctype html><html lang="en"><title>Host</title>
<style>input {{ position: fixed }} #end {{ right: 60px; bottom: 60px }}
#low {{ left: 40px; bottom: 20px }} #far {{ left: 40px; top: 40px }}</style>
<input id="far" aria-label="far"><input id="end" aria-label="end">
<input id="low" aria-label="low">{TAG}</html>"""


def shown(
    contexts: Contexts,
    size: tuple[int, int],
    language: str = "en",
    host: str | None = None,
    **look: Any,
) -> Page:
    width, height = size
    # Bypass the page's policy if the host's page has styles.
    context = contexts(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        bypass_csp=host is not None,
    )
    asked = survey(language, NPS, **look)
    return opened(context, asked, host) if host else opened(context, asked)


def box(page: Page) -> FloatRect:
    found = popup(page).bounding_box()
    assert found is not None
    return found


LAYOUT_UNIT = 1 / 64  # px; Chromium's layout unit: a sum of rounded values may be off by one unit


def sides(page: Page) -> tuple[float, float, float, float]:
    """The popup's distance from the left, top, right and bottom of the window."""
    size, area = page.viewport_size, box(page)
    assert size is not None
    right = size["width"] - area["x"] - area["width"]
    return area["x"], area["y"], right, size["height"] - area["y"] - area["height"]


def beneath(page: Page, name: str) -> bool:
    """Whether the popup covers the field, even in part."""
    over, under = box(page), page.locator(f"#{name}").bounding_box()
    assert under is not None
    return (
        over["x"] < under["x"] + under["width"]
        and under["x"] < over["x"] + over["width"]
        and over["y"] < under["y"] + under["height"]
        and under["y"] < over["y"] + over["height"]
    )


@pytest.mark.parametrize("place", PLACES)
def test_it_stands_in_its_place_and_mirrored_where_one_reads_from_the_right(
    new_context: Contexts, place: str
) -> None:
    block, _, inline = place.partition("-")
    for language in ("en", "ar"):
        left, top, right, bottom = sides(shown(new_context, WIDE, language, place=place))
        start, end = (right, left) if language == "ar" else (left, right)
        assert min(left, top, right, bottom) >= EDGE
        if block in ("top", "bottom"):
            assert (top if block == "top" else bottom) == EDGE
        else:
            assert abs(top - bottom) <= 1
        if inline in ("start", "end"):
            assert (start if inline == "start" else end) == EDGE
        else:
            assert abs(left - right) <= 1


@pytest.mark.parametrize("place", ["top-start", "center", "bottom-end"])
def test_on_a_phone_it_is_a_sheet_at_the_bottom_wherever_it_would_stand(
    new_context: Contexts, place: str
) -> None:
    left, top, right, bottom = sides(shown(new_context, PHONE, place=place, radius=0))
    assert (left, right, bottom) == (0, 0, 0)
    assert top > 200


def test_at_four_times_the_size_all_can_be_reached(new_context: Contexts) -> None:
    page = shown(new_context, ZOOMED, "de")
    _, top, _, bottom = sides(page)
    assert (top >= 0, bottom) == (True, 0)
    close = popup(page).locator(".close").bounding_box()
    assert close is not None
    assert close["y"] >= top
    later = popup(page).locator(".quiet").last
    later.scroll_into_view_if_needed()
    seen = later.bounding_box()
    assert seen is not None
    assert seen["y"] + seen["height"] <= ZOOMED[1] + 1  # allows for rounding


def test_eleven_points_stand_in_one_row_at_320_px_each_large_enough(new_context: Contexts) -> None:
    page = shown(new_context, (320, 568))
    points = [one.bounding_box() for one in popup(page).get_by_role("radio").all()]
    areas = [one for one in points if one]
    assert len(areas) == 11
    assert len({one["y"] for one in areas}) == 1
    assert min(one["width"] for one in areas) >= 24
    assert min(one["height"] for one in areas) >= 44
    assert popup(page).locator(".body").evaluate("(b) => b.scrollWidth <= b.clientWidth")


@pytest.mark.parametrize(
    ("size", "place", "field"),
    [
        (WIDE, "bottom-end", "end"),
        (WIDE, "bottom-start", "low"),
        (WIDE, "top-start", "far"),
        (PHONE, "bottom-end", "low"),
        (ZOOMED, "bottom-end", "low"),
    ],
)
def test_it_makes_way_for_what_gets_the_focus_and_comes_back(
    new_context: Contexts, size: tuple[int, int], place: str, field: str
) -> None:
    page = shown(new_context, size, host=FIELDS, place=place)
    home = sides(page)
    assert beneath(page, field)
    page.locator(f"#{field}").focus()
    until(lambda: not beneath(page, field), page)
    assert min(sides(page)) >= -LAYOUT_UNIT
    # While the visitor answers, the popup does not move.
    away = sides(page)
    popup(page).get_by_role("radio").first.focus()
    page.wait_for_timeout(100)
    assert sides(page) == away
    other = "end" if place == "top-start" else "far"
    page.locator(f"#{other}").focus()
    if size != ZOOMED:
        until(lambda: sides(page) == home, page)
    until(lambda: not beneath(page, other), page)


def test_a_popup_that_opens_over_the_focus_makes_way_at_once(new_context: Contexts) -> None:
    host = FIELDS.replace('aria-label="end"', 'aria-label="end" autofocus')
    page = shown(new_context, WIDE, host=host)
    until(lambda: not beneath(page, "end"), page)


def test_the_keyboard_of_a_phone_does_not_cover_the_field(new_context: Contexts) -> None:
    page = takes_input(shown(new_context, PHONE))
    popup(page).get_by_role("radio").first.click()
    popup(page).get_by_role("textbox").focus()
    # An on-screen keyboard takes 300 px of the visual viewport, but none of the window.
    page.evaluate(
        "const seen = { value: innerHeight - 300, configurable: true };"
        "Object.defineProperty(visualViewport, 'height', seen);"
        "visualViewport.dispatchEvent(new Event('resize'))"
    )
    until(lambda: sides(page)[3] == 300, page)
    assert sides(page)[1] >= 0
    page.evaluate("delete visualViewport.height; visualViewport.dispatchEvent(new Event('resize'))")
    until(lambda: sides(page)[3] == 0, page)


def test_the_theme_reaches_the_screen(new_context: Contexts) -> None:
    look: dict[str, Any] = {"surface": "#102030", "text": "#f0f0f0", "radius": 0, "mode": "dark"}
    host = FIELDS.replace("input {", "body { font-family: Georgia } input {", 1)
    page = shown(new_context, WIDE, host=host, font="inherit", **look)
    style = popup(page).evaluate(
        "(box) => { const { color, backgroundColor, borderTopLeftRadius, fontFamily } ="
        " getComputedStyle(box); return [color, backgroundColor, borderTopLeftRadius, fontFamily] }"
    )
    assert style == ["rgb(240, 240, 240)", "rgb(16, 32, 48)", "0px", "Georgia"]


@pytest.mark.parametrize(("scheme", "paper"), [("light", "255, 250, 240"), ("dark", "20, 10, 0")])
def test_a_theme_of_two_looks_follows_what_the_visitor_prefers(
    new_context: Contexts, scheme: str, paper: str
) -> None:
    context = new_context(color_scheme=scheme)
    asked = survey("en", NPS, surface="#fffaf0", dark={"surface": "#140a00"})
    found = popup(opened(context, asked)).evaluate("(box) => getComputedStyle(box).backgroundColor")
    assert found == f"rgb({paper})"
