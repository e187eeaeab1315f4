"""One visit: the page without the tag, the page with a popup, and two answered surveys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, FloatRect, JSHandle, Locator, Page, expect

from tests.e2e.visitor import PATIENCE, TABS_AT_MOST, Notices, is_call, is_shown, takes_input
from tests.hosts.host import Host
from tests.hosts.records import Record, host_record, popup_record

NewContext = Callable[..., BrowserContext]

WIDTH, HEIGHT = 1280, 720
VIEWPORT = {"width": WIDTH, "height": HEIGHT}
ASK_AGAIN = "finished"
"""The event that the second survey waits for."""

HOT_KEYS = "So far, so good. Thanks! / ? [n p f o b]"
"""A comment full of keys that pages use as shortcuts."""

CORNER = 16  # px; the page is visible outside the rounded corners
ON_THE_EDGE = (WIDTH - 20 - 384 // 2, HEIGHT - 20 - 6)
"""A point in the popup at every step, outside its controls. A resting pointer keeps it open."""

FIRST_IN_SIGHT = """() => {
  const all = [...document.querySelectorAll("a[href], button:enabled, input:enabled")];
  const inSight = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.checkVisibility() && x >= 0 && y >= 0 && width && height && y < innerHeight;
  };
  const found = all.find(inSight);
  found?.focus({ preventScroll: true });
  return document.activeElement;
}"""
GIVE_BACK = """(element) => {
  if (element === document.body) document.activeElement.blur();
  else element.focus({ preventScroll: true });
  scrollTo({ top: 0, left: 0, behavior: "instant" });
}"""


@dataclass
class Visit:
    """The records of one visit. `looks` and `pictures` are the popup's, by step."""

    before: Record
    said_before: list[str]
    shown: Record = field(default_factory=dict)
    after: Record = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    looks: dict[str, Record] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    focus_came_back: dict[str, bool] = field(default_factory=dict)

    @property
    def said_more(self) -> list[str]:
        """Console messages that only the page with the tag logged."""
        return list((Counter(self.said) - Counter(self.said_before)).elements())

    @property
    def shown_without_sayso(self) -> Record:
        return _without_sayso(self.shown)

    @property
    def after_without_sayso(self) -> Record:
        return _without_sayso(self.after)

    def look(self, page: Page, step: str) -> None:
        """Record the popup's styles, boxes and picture."""
        self.looks[step] = popup_record(page)
        self.picture(page, step)

    def picture(self, page: Page, step: str) -> None:
        """Take a screenshot of the popup, unless part of it is outside the viewport."""
        box = popup(page).bounding_box()
        assert box is not None
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        if 0 <= box["x"] < right <= WIDTH and 0 <= box["y"] < bottom <= HEIGHT:
            self.pictures[step] = page.screenshot(clip=_inner(box), animations="disabled")


def _inner(box: FloatRect) -> FloatRect:
    return {
        "x": box["x"] + CORNER,
        "y": box["y"] + CORNER,
        "width": box["width"] - 2 * CORNER,
        "height": box["height"] - 2 * CORNER,
    }


def _without_sayso(record: Record) -> Record:
    """The record without our global `sayso`."""
    theirs = dict(record["globals"])
    del theirs["sayso"]
    return {**record, "globals": theirs}


def popup(page: Page) -> Locator:
    """Our dialog, because the page may have its own dialogs."""
    return page.locator("sayso-survey").get_by_role("dialog")


@contextmanager
def appearing(page: Page) -> Iterator[None]:
    """The block must make a popup appear, and the server must accept that it was shown."""
    with page.expect_response(is_shown, timeout=PATIENCE * 1_000):
        yield
    expect(popup(page)).to_be_visible()


@contextmanager
def glance(new_context: NewContext, host: Host) -> Iterator[tuple[Page, Visit]]:
    """Visit without the tag, then with it; yield the second visitor's page with its popup."""
    done = _before(new_context, host)
    context = new_context(viewport=VIEWPORT)
    host.enter(context)
    page = context.new_page()
    done.said = Notices(page).heard
    with appearing(page):
        page.goto(host.url)
        expect(page.locator(host.ready).first).to_be_attached()
    done.shown = host_record(page)
    done.look(page, "nps")
    yield page, done
    context.close()


def visit(new_context: NewContext, host: Host) -> Visit:
    """A complete visit: both surveys are answered to their end."""
    with glance(new_context, host) as (page, done):
        _answer_by_keyboard(page, done)
        _answer_by_pointer(page, done)
    return done


def _before(new_context: NewContext, host: Host) -> Visit:
    context = new_context(viewport=VIEWPORT)
    host.enter(context)
    host.without_tag(context)
    page = context.new_page()
    notices = Notices(page)
    page.goto(host.url)
    expect(page.locator(host.ready).first).to_be_attached()
    record = host_record(page)
    context.close()
    return Visit(record, notices.heard)


def _answer_by_keyboard(page: Page, done: Visit) -> None:
    at_first = page.evaluate_handle("document.activeElement")
    page.mouse.move(*ON_THE_EDGE)
    came_from = choose_by_keyboard(page)
    done.look(page, "nps chosen")
    page.keyboard.press("Enter")
    expect(popup(page).locator("textarea")).to_be_focused()
    page.keyboard.type(HOT_KEYS)
    expect(popup(page).locator("textarea")).to_have_value(HOT_KEYS)
    done.look(page, "comment")
    takes_input(page)
    with page.expect_response(is_call("responses")) as sent:
        page.keyboard.press("Control+Enter")
    assert sent.value.json()["complete"]
    expect(popup(page)).to_contain_text("Thank you!")
    done.look(page, "thanks")
    page.keyboard.press("Enter")  # on "Close"
    expect(popup(page)).to_have_count(0)
    done.focus_came_back["keyboard"] = _is_focused(page, came_from)
    page.evaluate(GIVE_BACK, at_first)
    page.mouse.move(0, 0)
    done.after = host_record(page)


def _answer_by_pointer(page: Page, done: Visit) -> None:
    came_from = page.evaluate_handle(FIRST_IN_SIGHT)
    with appearing(page):
        page.evaluate("(name) => sayso.track(name)", ASK_AGAIN)
    assert _is_focused(page, came_from)
    done.look(page, "csat")
    popup(page).get_by_role("radio", name="Satisfied", exact=True).click()
    popup(page).locator("textarea").click()
    page.keyboard.type(HOT_KEYS)
    done.look(page, "csat comment")
    with page.expect_response(is_call("responses")) as sent:
        popup(page).get_by_role("button", name="Send").click()
    assert sent.value.json()["complete"]
    popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_have_count(0)
    done.focus_came_back["pointer"] = _is_focused(page, came_from)


def choose_by_keyboard(page: Page) -> JSHandle:
    """Choose 10; return the element that had the focus before."""
    came_from = _tab_to_the_scale(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.type("10")
    return came_from


def _tab_to_the_scale(page: Page) -> JSHandle:
    """Tab to the scale, backwards if nothing has the focus; return the host's last focus."""
    key = "Shift+Tab" if page.evaluate("document.activeElement === document.body") else "Tab"
    came_from = page.evaluate_handle("document.activeElement")
    for _ in range(TABS_AT_MOST):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.localName !== 'sayso-survey'"):
            came_from = page.evaluate_handle("document.activeElement")
        elif popup(page).locator("[role=radio]:focus").count():
            return came_from
    raise AssertionError("Tab never came to the scale")


def _is_focused(page: Page, element: JSHandle) -> bool:
    return bool(page.evaluate("(element) => document.activeElement === element", element))
