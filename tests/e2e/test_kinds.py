"""A survey with many kinds of questions, answered by keyboard only and checked in its report."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Response, expect

from tests.e2e.every_kind import EARLY
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import (
    Notices,
    appearing,
    is_call,
    popup,
    tab_into_popup,
    tab_to_button,
    takes_input,
)

TEAS = [{"id": name, "label": name.title()} for name in ("green", "black", "oolong")]
ROWS = [{"id": name, "label": name.title()} for name in ("price", "speed")]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "stars", "kind": "csat", "look": "stars"},
    {"id": "one", "kind": "choice", "title": "Which tea?", "options": TEAS, "other": True},
    {"id": "some", "kind": "choice", "title": "Which teas?", "options": TEAS, "multiple": True},
    {"id": "order", "kind": "ranking", "title": "Best first", "options": TEAS},
    {"id": "rated", "kind": "matrix", "title": "Rate us", "rows": ROWS, "required": True},
    {"id": "where", "kind": "text", "title": "From where?"},
    {"id": "may", "kind": "consent", "title": "May we write?", "required": True},
    {"id": "who", "kind": "contact", "title": "To whom?", "fields": ["email"]},
    {"id": "when", "kind": "date", "title": "When?", "earliest": "2026-01-01"},
    {"id": "more", "kind": "link", "title": "More?", "label": "Go", "url": "https://a.example/"},
]
POLICY = (
    "default-src 'none'; script-src 'nonce-Ab12'; connect-src {url}; img-src data:;"
    " require-trusted-types-for 'script'; trusted-types sayso"
)
HOT_KEYS = "from n / f ? and b"
RECORD_KEYS = "window.heard = []; addEventListener('keydown', ({ key }) => heard.push(key));"


def ask(project: Project, *questions: dict[str, Any], event: str = "finished") -> str:
    """Publish a survey with these questions; return its id."""
    definition = {"name": "Kinds", "trigger": {"event": event}, "questions": list(questions)}
    survey: str = project.call("POST", "surveys", definition)["id"]
    project.call("POST", f"surveys/{survey}/publish")
    return survey


def visit(host: HostSite, project: Project, page: Page) -> None:
    """Open a page with the strictest policy, and fire the event that asks."""
    head = project.tag(nonce="Ab12") + '<link rel="icon" href="data:,">'
    page.goto(host.add("/", head=head, csp=POLICY.format(url=project.url)))
    with appearing(page):
        page.evaluate("sayso.track('finished')")


def asks(page: Page, title: str) -> None:
    """The popup shows the question with this title."""
    expect(popup(page).locator("#title")).to_contain_text(title)


def parts(question: dict[str, Any], figure: str) -> dict[str, Any]:
    """This figure for each part of a question's result."""
    return {part["id"]: part[figure] for part in question["parts"]}


NEXT = "the button"
TYPED = "type: "
TO_THE_END = ["Tab", "Enter", "Enter"]
BY_KEYBOARD: list[tuple[str, list[str]]] = [
    ("How would you rate", ["4", "Enter"]),
    ("Which tea?", ["End", "Enter", TYPED + HOT_KEYS, "Enter"]),
    ("Which teas?", ["Space", "Tab", "Space", NEXT]),
    # Move the first item to the end, to the top and down again; it keeps the focus.
    ("Best first", [*TO_THE_END, "Shift+Tab", "Enter", "Enter", *TO_THE_END, NEXT]),
    ("Rate us", ["4", NEXT, "Shift+Tab", "ArrowRight", NEXT]),
    ("From where?", [TYPED + HOT_KEYS, "Enter"]),
    ("May we write?", [NEXT, "Shift+Tab", "Space", NEXT]),
    ("To whom?", [TYPED + "ada@host", "Enter", TYPED + ".example", "Enter"]),
    ("When?", [TYPED + "11222025", "Enter", "Shift+Tab", "Shift+Tab", TYPED + "11222026", "Enter"]),
]
"""Keys for each question. Where input can be rejected, a rejected input comes first."""


def press(page: Page, key: str) -> None:
    """Press a key, type a text, or press the "Next" button."""
    takes_input(page)
    if key == NEXT:
        tab_to_button(page, "Next")
        page.keyboard.press("Enter")
    elif key.startswith(TYPED):
        page.keyboard.type(key.removeprefix(TYPED))
    else:
        page.keyboard.press(key)


def follow_the_link(page: Page) -> None:
    """The last question: the page that the link opens has no `opener`."""
    takes_input(page)
    with page.expect_response(is_last) as sent, page.expect_popup() as opened:
        page.keyboard.press("Enter")
    assert sent.value.json()["complete"]
    assert opened.value.evaluate("opener") is None


def is_last(reply: Response) -> bool:
    return is_call("responses")(reply) and '"complete":true' in (reply.request.post_data or "")


def test_every_kind_is_answered_by_keyboard_alone_and_reported(
    host: HostSite, project: Project, page: Page
) -> None:
    survey = ask(project, *QUESTIONS)
    page.add_init_script(RECORD_KEYS)
    notices = Notices(page)
    visit(host, project, page)
    tab_into_popup(page)
    for title, keys in BY_KEYBOARD:
        asks(page, title)
        for key in keys:
            press(page, key)
    asks(page, "More?")
    follow_the_link(page)
    expect(popup(page)).to_contain_text("Thank you!")
    assert page.evaluate("heard.filter((key) => key !== 'Tab')") == []
    assert notices.heard == []

    found = {one["id"]: one for one in project.report(survey)["questions"]}
    assert parts(found["one"], "n")["other"] == 1
    assert parts(found["some"], "n") == {"green": 1, "black": 1, "oolong": 0}
    assert parts(found["order"], "value") == {"black": 1, "oolong": 2, "green": 3}
    assert parts(found["rated"], "value") == {"price": 4, "speed": 2}
    assert {found[one]["n"] for one in ("where", "may", "who", "when", "more")} == {1}


def test_items_are_dragged_by_mouse_and_by_touch(
    host: HostSite, project: Project, page: Page
) -> None:
    ask(project, QUESTIONS[3])
    visit(host, project, page)
    page.wait_for_timeout(EARLY)
    items = popup(page).get_by_role("listitem")

    def drag(place: int, to: int) -> None:
        start, end = items.nth(place).bounding_box(), items.nth(to).bounding_box()
        assert start
        assert end
        page.mouse.move(start["x"] + 90, start["y"] + 20)
        page.mouse.down()
        page.mouse.move(start["x"] + 90, end["y"] + 22, steps=6)
        page.mouse.up()

    drag(0, 2)
    expect(items.locator(".name")).to_have_text(["Black", "Oolong", "Green"])
    drag(2, 1)
    expect(items.locator(".name")).to_have_text(["Black", "Green", "Oolong"])
    expect(items.locator(".place")).to_have_text(["1", "2", "3"])
    expect(popup(page).locator(".body [role=status].unseen")).to_have_text("Green: place 2 of 3")
    by_touch(page, items.nth(0).locator(".grip"), items.nth(2))
    expect(items.locator(".name")).to_have_text(["Green", "Oolong", "Black"])


def by_touch(page: Page, held: Any, over: Any) -> None:
    """Drag `held` onto `over` with a finger."""
    start, end = held.bounding_box(), over.bounding_box()
    finger = page.context.new_cdp_session(page)

    def send(kind: str, *y: float) -> None:
        points = [{"x": start["x"] + 10, "y": one} for one in y]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", start["y"] + 20)
    for step in range(1, 7):
        send("touchMove", start["y"] + 20 + (end["y"] - start["y"]) * step / 6)
    send("touchEnd")


def test_a_survey_of_usual_scores_loads_no_further_file(
    host: HostSite, project: Project, page: Page
) -> None:
    ask(project, {"id": "score", "kind": "nps"})
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    visit(host, project, page)
    assert not [url for url in loaded if "/widget/kinds." in url]
