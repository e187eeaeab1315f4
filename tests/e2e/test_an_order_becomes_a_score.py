"""The main job: a click in the shop, a popup in the open page, an answer in the results."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.demo.running import Demo
from tests.e2e.project import Project
from tests.e2e.visitor import (
    Notices,
    appearing,
    choose_by_arrows,
    popup,
    tab_into_popup,
    tab_to_button,
)


def test_an_order_is_scored_by_keyboard_alone_and_the_results_show_it(
    demo: Demo, shop_project: Project, new_context: Callable[..., BrowserContext]
) -> None:
    results = new_context().new_page()
    results.goto(shop_project.command("login-link", shop_project.id))
    results.get_by_role("link", name="After an order").click()
    expect(results.get_by_text("n = 0")).to_be_visible()

    page = new_context().new_page()
    notices = Notices(page)
    page.goto(f"{demo.shop}/basket")
    page.evaluate("window.sameDocument = true")
    with appearing(page):
        page.get_by_role("button", name="Finish the order").click()
    expect(page.get_by_text("Thank you. Your tea leaves with the next post.")).to_be_visible()
    expect(page.get_by_text('"order_completed"')).to_be_visible()
    expect(popup(page)).to_contain_text("How would you rate your experience?")

    tab_into_popup(page)
    choose_by_arrows(page, "Satisfied")
    page.keyboard.press("Enter")
    expect(popup(page).get_by_role("textbox")).to_be_focused()
    page.keyboard.type("The sencha smells of the sea.")
    tab_to_button(page, "Send")
    page.keyboard.press("Enter")
    expect(popup(page)).to_contain_text("Thank you!")
    assert page.evaluate("window.sameDocument")  # the page was not reloaded
    assert notices.heard == []

    expect(results.get_by_text("n = 1")).to_be_visible()
    expect(results.get_by_label("Score", exact=True)).to_contain_text(re.compile(r"4\.0"))
    expect(results.get_by_text("The sencha smells of the sea.")).to_be_visible()
    expect(results.get_by_text("Not enough yet").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "button", "asked"),
    [
        ("/support", "Call support", "Was it easy to get what you needed?"),
        ("/regulars", "I’m back again", "How likely are you to recommend"),
    ],
)
def test_each_moment_in_the_shop_asks_its_own_question(
    demo: Demo, page: Page, path: str, button: str, asked: str
) -> None:
    page.goto(f"{demo.shop}{path}")
    with appearing(page):
        page.get_by_role("button", name=button).click()
    expect(popup(page)).to_contain_text(asked)


def test_without_its_script_the_shop_works_by_plain_forms_and_asks_on_the_next_page(
    demo: Demo, page: Page
) -> None:
    page.route("**/static/shop.js", lambda route: route.abort())
    page.goto(f"{demo.shop}/basket")
    with appearing(page):
        page.get_by_role("button", name="Finish the order").click()
    expect(page.get_by_text("Thank you. Your tea leaves with the next post.")).to_be_visible()


def test_whoever_signs_in_next_is_asked_anew(demo: Demo, page: Page) -> None:
    for _ in range(2):
        page.goto(f"{demo.shop}/support")
        with appearing(page):
            page.get_by_role("button", name="Call support").click()
        popup(page).get_by_role("button", name="Ask me later").click()
        page.get_by_role("button", name="Sign in as someone else").click()
        expect(page).to_have_url(f"{demo.shop}/")
