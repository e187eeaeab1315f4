"""Roles, names and states of every kind for screen readers, read from Chromium's own tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.every_kind import USED, opened, questions, survey, takes_input

Node = dict[str, Any]

WITHOUT_NAME = {"none", "generic", "StaticText", "InlineTextBox", "LabelText", "LineBreak"}
STATES = ("checked", "disabled", "invalid", "required", "roledescription")
OFF = (None, False, "", "false")

SKIP = ['button "Skip"']
NEXT = ['button "Next"']
CHOICES = ['button "Ask me later"', 'button "Don’t ask again"', 'button "Why me?"']
CLOSE = ['button "Close"']


def named(role: str, *names: str) -> list[str]:
    return [f'{role} "{name}"' for name in names]


def scale(title: str, *names: str) -> list[str]:
    return [f'radiogroup "{title}"', *named("radio", *names)]


FACES = ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied")
AGREEMENT = ("1, Strongly disagree", "2", "3", "4", "5, Strongly agree")
PLAIN = {
    "nps": {"id": "q", "kind": "nps"},
    "csat": {"id": "q", "kind": "csat"},
    "ces": {"id": "q", "kind": "ces"},
    "comment": {"id": "q", "kind": "comment"},
}
GIVEN: dict[str, tuple[str, list[str]]] = {
    "nps": (
        title := "How likely are you to recommend this product to a friend or colleague?",
        scale(title, "0, Not at all likely", *"123456789", "10, Extremely likely"),
    ),
    "csat": (title := "How would you rate your experience?", scale(title, *FACES)),
    "ces": (
        title := "Was it easy to get what you needed?",
        scale(title, "1, Very easy", *"234", "5, Very hard"),
    ),
    "comment": (
        title := "What could have been better?",
        [f'textbox "{title}"', *SKIP, 'button "Send"'],
    ),
    "csat of 5 stars": (
        title := "How satisfied are you with the checkout?",
        scale(title, *FACES),
    ),
    "csat of 5 emoji": (title, scale(title, *FACES)),
    "csat of 10 numbers": (
        title,
        scale(title, "1, Very dissatisfied", *"23456789", "10, Very satisfied"),
    ),
    "thumbs": (title, scale(title, "Dissatisfied", "Satisfied")),
    "ces of 7": (
        title := "The checkout made it easy to buy what I wanted.",
        scale(title, "1, Strongly disagree", *"23456", "7, Strongly agree"),
    ),
    "one": (
        title := "Which tea did you come for?",
        [*scale(title, "Green tea", "Black tea", "Oolong", "Other"), *SKIP],
    ),
    "several": (
        title := "Which teas would you like to see here?",
        [
            f'group "{title}"',
            *named("checkbox", "Green tea", "Black tea", "Oolong", "Other", "None of these"),
            'status ""',
            *SKIP,
        ],
    ),
    "ranking": (
        title := "What matters most to you?",
        [
            f'list "{title}"',
            'listitem ""',
            'button "Move up: Green tea" disabled',
            'button "Move down: Green tea"',
            'listitem ""',
            'button "Move up: Black tea"',
            'button "Move down: Black tea"',
            'listitem ""',
            'button "Move up: Oolong"',
            'button "Move down: Oolong" disabled',
            'status ""',
            *SKIP,
            *NEXT,
        ],
    ),
    "matrix of 5": (
        "How do you rate us?",
        [
            *scale("Price", *AGREEMENT),
            *scale("Delivery", *AGREEMENT),
            *scale("Packaging", *AGREEMENT),
            *SKIP,
        ],
    ),
    "line": (title := "Where did you hear of us?", [f'textbox "{title}"', *SKIP]),
    "text": (title := "What could we do better?", [f'textbox "{title}"', *SKIP]),
    "consent": (
        "May we write to you about your answer?",
        [*named("checkbox", "Yes, you may use my answer to get in touch with me."), *NEXT],
    ),
    "contact": ("How can we reach you?", [*named("textbox", "Name", "Email", "Phone"), *SKIP]),
    "date": (title := "When did your order arrive?", [f'Date "{title}"', 'status ""', *SKIP]),
    "link": (
        "Do you have twenty minutes to tell us more?",
        [*SKIP, *named("link", "Book a call")],
    ),
}
"""The title, and every element between the title and the buttons at the end."""

DONE: dict[str, list[str]] = {
    "matrix of 5": named("radio", "2", "3", "4"),
    "several": named("checkbox", "Green tea", "Black tea", "Oolong", "Other"),
    "one": named("radio", "Other"),
    "consent": named("checkbox", "Yes, you may use my answer to get in touch with me."),
    "ranking": named("button", "Move up: Black tea", "Move down: Oolong"),
    "contact": named("textbox", "Email"),
}
"""Elements that are checked, disabled or invalid after a visitor used the question."""
STATE = {"ranking": "disabled", "contact": "invalid"}
SHORT = {"matrix of 5", "ranking", "contact"}  # covers every state once


@pytest.mark.parametrize("kind", GIVEN)
def test_every_kind_has_its_roles_and_names(
    new_context: Callable[..., BrowserContext], kind: str
) -> None:
    title, parts = GIVEN[kind]
    asked = survey("en", {**PLAIN, **questions("en")}[kind])
    page = opened(new_context(reduced_motion="reduce"), asked)
    expected = [f'dialog "Short survey {title}"', *parts, *CHOICES, *CLOSE]
    assert list(tree(page)) == expected


@pytest.mark.parametrize(
    "kind",
    [pytest.param(one, marks=() if one in SHORT else pytest.mark.proof) for one in DONE],
)
def test_what_a_visitor_has_done_is_told(
    new_context: Callable[..., BrowserContext], kind: str
) -> None:
    asked = survey("en", questions("en")[kind])
    page = takes_input(opened(new_context(reduced_motion="reduce"), asked))
    USED[kind](page)
    state = STATE.get(kind, "checked")
    expected = [f"{one} {state}" for one in DONE[kind]]
    assert [one for one in tree(page) if not one.endswith('"')] == expected


def tree(page: Page) -> Iterator[str]:
    """Each part of the popup as `role "name" states`, in reading order."""
    line = page.context.new_cdp_session(page)
    found: list[Node] = line.send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in found}
    (dialog,) = [node for node in found if _of(node, "role") == "dialog"]
    return _told(dialog, nodes)


def _told(node: Node, nodes: dict[str, Node]) -> Iterator[str]:
    role, name = _of(node, "role"), _of(node, "name")
    if not node["ignored"] and role not in WITHOUT_NAME and (role, name) != ("paragraph", ""):
        states = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
        on = [state for state in STATES if states.get(state) not in OFF]
        yield " ".join([f'{role} "{name}"', *on])
    # The parts of a date field are the browser's own.
    for child in node.get("childIds", ()) if role != "Date" else ():
        if child in nodes:
            yield from _told(nodes[child], nodes)


def _of(node: Node, what: str) -> str:
    told: str = node.get(what, {}).get("value", "")
    return told
