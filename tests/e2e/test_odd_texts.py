"""A survey's texts are shown as plain text, in full, and stay inside the popup."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.every_kind import opened, popup, questions, survey, takes_input

CANARY = "window.canary = 1"
TEXTS = {
    "markup": f"<img src=x onerror='{CANARY}'><script>{CANARY}</script><b>bold</b> &amp; &lt;",
    "templates": f"{{braces}} {{{{template}}}} ${{{CANARY}}} %(name)s {{% raw %}} <%= 1 %> $1 $&",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇯🇵 👋🏽 ❤️‍🔥 1️⃣ é 한글 ‍",
    "overriding": "abc \u202edef\u202c \u2066ghi\u2069 \u200f jkl \u202e unclosed",
    "one long word": "W" * 2_000,
    "many words": "The quick brown fox. " * 95,
}
WIDER_THAN_IT_MAY = """(box) => {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  const outside = left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
  const wide = [box, ...box.querySelectorAll(".body, .body :not(.unseen, textarea, input)")]
    .filter((one) => one.localName !== "svg" && one.clientWidth)
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map(({ localName, className }) => `${localName} ${className}`);
  const { scrollWidth, clientWidth } = document.documentElement;
  return [outside && "outside", scrollWidth > clientWidth && "page", ...wide].filter(Boolean);
}"""
KINDS = ("csat of 5 stars", "one", "several", "ranking", "matrix of 5", "consent", "link")
SHORT = {("markup", 320)}
EVERY = [
    pytest.param(*one, marks=() if one in SHORT else pytest.mark.proof)
    for one in [*product(TEXTS, [320]), ("markup", 1280), ("one long word", 1280)]
]


def with_texts(question: dict[str, Any], text: str) -> dict[str, Any]:
    """Replace the title, the label, and the label of each option and row with the text."""
    changed = {**question, "title": {"en": text}}
    if "label" in question:
        changed["label"] = {"en": text}
    for name in ("options", "rows"):
        if name in question:
            changed[name] = [{**one, "label": {"en": text}} for one in question[name]]
    return changed


@pytest.mark.parametrize(("name", "width"), EVERY)
def test_odd_texts_are_shown_as_they_are_and_nothing_of_them_runs(
    new_context: Callable[..., BrowserContext], name: str, width: int
) -> None:
    text = TEXTS[name]
    found: dict[str, Any] = {}
    for kind in KINDS:
        context = new_context(viewport={"width": width, "height": 720}, reduced_motion="reduce")
        page = opened(context, survey("en", with_texts(questions("en")[kind], text)))
        expect(popup(page).locator("#title")).to_contain_text(text.strip())
        assert page.evaluate("window.canary") is None
        assert popup(page).locator("img, script, b").count() == 0
        found[kind] = popup(page).evaluate(WIDER_THAN_IT_MAY)
        context.close()
    assert {kind: wide for kind, wide in found.items() if wide} == {}


def test_a_text_that_has_no_translation_is_shown_in_another_language(page: Page) -> None:
    options = [{"id": "a", "label": {"de": "Grüntee"}}, {"id": "b", "label": {"en": "Oolong"}}]
    question = {"id": "q", "kind": "choice", "title": {"en": "Tea?"}, "options": options}
    asked = survey("en", question)
    shown = opened(page.context, asked)
    expect(popup(shown)).to_contain_text("Grüntee")
    expect(popup(shown)).to_contain_text("Oolong")


@pytest.mark.parametrize("count", [1, pytest.param(50, marks=pytest.mark.proof)])
def test_a_survey_of_few_or_many_questions_is_answered_to_its_end(
    new_context: Callable[..., BrowserContext], count: int
) -> None:
    one = questions("en")["consent"]
    asked = [{**one, "id": f"q{n}", "title": {"en": f"Number {n}"}} for n in range(count)]
    context = new_context(viewport={"width": 320, "height": 568})
    page = takes_input(opened(context, survey("en", *asked)))
    for number in range(count):
        expect(popup(page).locator("#title")).to_have_text(f"Number {number}")
        popup(page).get_by_role("checkbox").check()
        popup(page).locator(".send").click()
    popup(page).get_by_role("button", name="Skip").click()
    expect(popup(page)).to_contain_text("Thank you!")
