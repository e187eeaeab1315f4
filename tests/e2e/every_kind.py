"""Every kind of question in several languages, on a page with the real files and no server.

The page has the strictest policy: no styles, no script without the nonce, no HTML from text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from uuid import UUID

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from sayso_server.questionnaire.rendering import render
from tests.e2e.every_kind_texts import TEXTS

HOST, SAYSO = "https://host.example/", "https://ask.example/v1/"
SURVEY = UUID(int=1)
EARLY = 450  # milliseconds in which the popup takes no input
STATIC = files("sayso_server").joinpath("static", "widget")
POLICY = (
    "default-src 'none'; script-src 'nonce-n'; connect-src https://ask.example;"
    " require-trusted-types-for 'script'; trusted-types sayso"
)
TAG = f'<script async crossorigin nonce="n" src="{SAYSO}p/pk_sheet/sayso.js"></script>'
PAGE = f'<!doctype html><html lang="en"><title>Host</title><main><h1>Host</h1></main>{TAG}</html>'


def questions(language: str) -> dict[str, dict[str, Any]]:
    """The definition of each question, by name."""
    said = TEXTS[language]

    def own(text: str) -> dict[str, str]:
        return {language: text}

    def listed(texts: list[str]) -> list[dict[str, Any]]:
        return [{"id": f"o{place}", "label": own(text)} for place, text in enumerate(texts)]

    def csat(**more: Any) -> dict[str, Any]:
        return {"kind": "csat", "title": own(said["satisfied"]), **more}

    options = listed(said["options"])
    several = {"kind": "choice", "title": own(said["several"]), "multiple": True}
    rows = {"kind": "matrix", "title": own(said["rate"]), "rows": listed(said["rows"])}
    everything = {
        "nps": {"kind": "nps"},
        "csat": {"kind": "csat"},
        "ces": {"kind": "ces"},
        "csat of 3 faces": csat(scale=3),
        "csat of 7 faces": csat(scale=7),
        "csat of 10 faces": csat(scale=10),
        "csat of 5 emoji": csat(look="emoji"),
        "csat of 10 emoji": csat(look="emoji", scale=10),
        "csat of 5 stars": csat(look="stars"),
        "csat of 10 stars": csat(look="stars", scale=10),
        "csat of 7 numbers": csat(look="numbers", scale=7),
        "csat of 10 numbers": csat(look="numbers", scale=10),
        "thumbs": csat(look="thumbs"),
        "ces of 7": {"kind": "ces", "scale": 7, "title": own(said["agree_that"])},
        "one": {"kind": "choice", "title": own(said["one"]), "options": options, "other": True},
        "several": {**several, "options": options, "other": True, "none": True, "most": 3},
        "ranking": {"kind": "ranking", "title": own(said["rank"]), "options": options},
        "matrix of 5": rows,
        "matrix of 7": {**rows, "scale": 7},
        "line": {"kind": "text", "title": own(said["line"]), "limit": 60},
        "text": {"kind": "text", "title": own(said["text"]), "long": True, "limit": 100},
        "consent": {"kind": "consent", "title": own(said["consent"]), "label": own(said["agree"])},
        "contact": {
            "kind": "contact",
            "title": own(said["contact"]),
            "fields": ["name", "email", "phone"],
        },
        "date": {"kind": "date", "title": own(said["date"]), "earliest": "2026-01-01"},
        "link": {
            "kind": "link",
            "title": own(said["link"]),
            "label": own(said["follow"]),
            "url": "https://host.example/book",
        },
    }
    return {name: {"id": "q", **one} for name, one in everything.items()}


def survey(language: str, *asked: dict[str, Any], **look: Any) -> dict[str, Any]:
    """The survey as *decide* sends it, with a comment at the end and this look as its theme."""
    comment = {"id": "why", "kind": "comment", "title": {language: TEXTS[language]["text"]}}
    return render(SURVEY, {"questions": [*asked, comment], "theme": look}, language)


def serve(context: BrowserContext, asked: dict[str, Any], host: str = PAGE) -> None:
    """Serve the host's page and Sayso, which asks this survey at once."""
    manifest = json.loads(STATIC.joinpath("manifest.json").read_text())
    rules = {
        "version": 1,
        "live": False,
        "events": [],
        "tracked": [],
        "views": [{"survey": "s"}],
        "settle": 0,
    }
    loader = STATIC.joinpath(manifest["loader"]).read_text()
    script = loader.replace("__SAYSO_RULES__", json.dumps(rules))
    ask = {"version": 1, "ask": {"invitation": "i", "survey": asked}}

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        free = {"Access-Control-Allow-Origin": "*"}
        if name == "sayso.js":
            route.fulfill(body=script, content_type="text/javascript", headers=free)
        elif name.endswith(".js"):
            body = STATIC.joinpath(name).read_text()
            route.fulfill(body=body, content_type="text/javascript", headers=free)
        else:
            reply = ask if name == "decide" else {"version": 1}
            route.fulfill(json=reply, headers=free)

    html = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
    context.route(f"{HOST}**", lambda route: route.fulfill(body=host, headers=html))
    context.route(f"{SAYSO}**", answer)


def opened(context: BrowserContext, asked: dict[str, Any], host: str = PAGE) -> Page:
    """A page that shows the popup of this survey. With reduced motion the popup is not animated."""
    serve(context, asked, host)
    page = context.new_page()
    page.goto(HOST)
    expect(popup(page)).to_be_visible()
    return page


def takes_input(page: Page) -> Page:
    """Return the page when its popup takes input."""
    page.wait_for_timeout(EARLY)
    return page


def popup(page: Page) -> Locator:
    return page.get_by_role("dialog")


def _digit(digit: str) -> Callable[[Page], None]:
    def choose(page: Page) -> None:
        popup(page).get_by_role("radio").first.focus()
        page.keyboard.press(digit)

    return choose


def _comment(page: Page) -> None:
    popup(page).get_by_role("radio").nth(1).click()
    popup(page).get_by_role("textbox").fill("Fine.")
    page.wait_for_timeout(EARLY)


def _thanks(page: Page) -> None:
    _comment(page)
    popup(page).locator(".send").click()


def _other(page: Page) -> None:
    popup(page).get_by_role("radio").last.click()
    page.wait_for_timeout(300)
    page.keyboard.type("Jasmine")


def _tick(page: Page) -> None:
    for place in range(4):
        popup(page).get_by_role("checkbox").nth(place).check()
    popup(page).locator(".send").click()


def _rate(page: Page) -> None:
    for place, points in enumerate(popup(page).get_by_role("radiogroup").all()):
        points.get_by_role("radio").nth(place + 1).click()


def _write(text: str) -> Callable[[Page], None]:
    return lambda page: popup(page).locator(".field").first.fill(text)


def _reach(page: Page) -> None:
    popup(page).locator("[type=email]").fill("ada at host")
    popup(page).locator(".send").click()


def _drag(page: Page) -> None:
    first = popup(page).get_by_role("listitem").first.bounding_box()
    assert first is not None
    x, y = first["x"] + 100, first["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 70, steps=5)


USED: dict[str, Callable[[Page], None]] = {
    "nps": _digit("9"),
    "csat": _comment,
    "ces": _thanks,
    "csat of 3 faces": _digit("3"),
    "csat of 7 faces": _digit("6"),
    "csat of 10 faces": _digit("9"),
    "csat of 5 emoji": _digit("4"),
    "csat of 10 emoji": _digit("9"),
    "csat of 5 stars": _digit("4"),
    "csat of 10 stars": _digit("7"),
    "csat of 7 numbers": _digit("5"),
    "csat of 10 numbers": _digit("8"),
    "thumbs": _digit("2"),
    "ces of 7": _digit("6"),
    "one": _other,
    "several": _tick,
    "ranking": _drag,
    "matrix of 5": _rate,
    "matrix of 7": _rate,
    "line": _write("Something with exactly fifty-two characters in it ok"),
    "text": _write(
        "More than eighty characters, so that it is told how many of them have been used."[:81]
    ),
    "consent": lambda page: popup(page).get_by_role("checkbox").check(),
    "contact": _reach,
    "date": _write("2026-11-22"),
}
"""How a visitor uses a question, by its name."""
