"""Pages that a library swaps within one document: the newest tag identifies the user."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.demo.running import Demo
from tests.e2e.project import Project, create_project
from tests.e2e.visitor import Notices, is_call, is_shown
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import ASK_AGAIN, appearing, popup

PAID = "paid"
LONG_ENOUGH = 1_000  # milliseconds; a popup that may appear does so sooner
NOBODY, ADA, BOB = "nobody", "ada", "bob"

TURBO = '<script src="/npm/@hotwired/turbo/dist/turbo.es2017-umd.js"></script>'
# Like libraries that do not run scripts in new pages. The URL changes before the page does.
BY_HAND = """<script>
    addEventListener("click", async (event) => {
      if (!event.target.href) return;
      event.preventDefault();
      history.pushState({}, "", event.target.href);
      const reply = await fetch(event.target.href);
      const theirs = new DOMParser().parseFromString(await reply.text(), "text/html");
      SWAP
    });
    </script>"""
REPLACED = BY_HAND.replace("SWAP", "document.body.innerHTML = theirs.body.innerHTML;")
MORPHED = BY_HAND.replace(
    "SWAP",
    """document.querySelector("h1").textContent = theirs.querySelector("h1").textContent;
    const [now, then] = [document, theirs].map((one) => one.querySelector("[src*='sayso.js']"));
    for (const name of ["data-user", "data-token"])
      if (then.hasAttribute(name)) now.setAttribute(name, then.getAttribute(name));
      else now.removeAttribute(name);""",
)
WAYS = {
    "turbo_with_the_tag_in_the_head": TURBO + "TAG",
    "turbo_with_the_tag_in_the_body": TURBO + "<body>TAG",
    "replaced_by_hand": REPLACED + "<body>TAG",
    "changed_in_place": MORPHED + "<body>TAG",
}
SHORT = ("turbo_with_the_tag_in_the_head",)


@pytest.fixture(scope="module")
def shop(sayso: Demo, site: StaticSite) -> Iterator[Project]:
    """A page event and a backend event each ask a survey."""
    made = create_project(sayso.sayso, sayso.data_dir, site.origin)
    made.survey("csat", event=ASK_AGAIN)
    made.survey("ces", event=PAID)
    yield made
    made.client.close()


@pytest.mark.parametrize(
    "way",
    [pytest.param(one, marks=() if one in SHORT else pytest.mark.proof) for one in WAYS],
)
def test_whoever_the_newest_tag_names_is_asked_and_nobody_else(
    way: str, site: StaticSite, shop: Project, page: Page
) -> None:
    ada, bob = f"ada of {way}", f"bob of {way}"
    for name, user in ((NOBODY, None), (ADA, ada), (BOB, bob)):
        site.add(f"{way}_{name}", page_of(way, name, shop.tag(user)))
    heard = Notices(page).heard
    page.goto(site.address(f"{way}_{NOBODY}"))

    visit(page, ADA)
    with appearing(page):
        page.evaluate("(name) => sayso.track(name)", ASK_AGAIN)
    assert [one["state"] for one in shop.invitations(ada)] == ["shown"]
    close(page)

    # Logged out: Ada's invitation keeps waiting.
    visit(page, NOBODY)
    shop.track(ada, PAID)
    page.wait_for_timeout(LONG_ENOUGH)
    expect(popup(page)).to_have_count(0)
    with appearing(page):
        page.evaluate("(name) => sayso.track(name)", ASK_AGAIN)
    assert len(shop.invitations(ada)) == 2
    close(page)

    # The same tag for Ada as before.
    with appearing(page):
        visit(page, ADA)
    expect(popup(page)).to_contain_text("easy")

    # Ada's popup closes when she logs out.
    visit(page, NOBODY)
    expect(popup(page)).to_have_count(0)
    visit(page, BOB)
    with appearing(page):
        shop.track(bob, PAID)
    expect(popup(page)).to_contain_text("easy")
    assert {one["state"] for one in shop.invitations(ada)} == {"dismissed", "shown"}
    assert heard == []


@pytest.mark.proof
def test_a_popup_goes_on_through_a_dialog_of_the_host_and_a_visit(
    site: StaticSite, project: Project, page: Page
) -> None:
    letter = """<button onclick="letter.showModal()">Write</button><dialog id="letter">
        <textarea aria-label="The letter"></textarea>
        <button onclick="output.value = letter.children[0].value; letter.close()">Keep</button>
        </dialog><output id="output"></output><a href="../turbo_visited/">On</a>"""
    start = f'<!doctype html><title>Host</title><link rel="icon" href="data:,">{TURBO}'
    heard = Notices(page).heard
    site.add("turbo_visited", f"{start}{project.tag()}<h1>Visited</h1>")
    with appearing(page):
        page.goto(site.add("turbo", f"{start}{project.tag()}<h1>Host</h1>{letter}"))
    popup(page).get_by_role("radio").last.click()
    popup(page).get_by_role("textbox").fill("Half a sentence")

    page.get_by_role("button", name="Write").click()
    page.get_by_label("The letter").fill("A letter")
    expect(popup(page)).to_be_hidden()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("output")).to_have_text("A letter")
    expect(popup(page).get_by_role("textbox")).to_have_value("Half a sentence")

    page.get_by_role("link", name="On").click()
    expect(page.get_by_role("heading")).to_have_text("Visited")
    expect(popup(page).get_by_role("textbox")).to_have_value("Half a sentence")
    popup(page).get_by_role("textbox").press("End")
    page.keyboard.type(".")
    with page.expect_response(is_call("responses")) as sent:
        popup(page).get_by_role("button", name="Send").click()
    assert sent.value.json()["complete"]
    assert "Half a sentence." in (sent.value.request.post_data or "")
    popup(page).get_by_role("button", name="Close").click()
    with appearing(page):
        page.evaluate("(name) => sayso.track(name)", ASK_AGAIN)
    assert heard == []


def page_of(way: str, name: str, tag: str) -> str:
    links = "".join(f'<a href="../{way}_{other}/">To {other}</a> ' for other in (NOBODY, ADA, BOB))
    start = WAYS[way].replace("TAG", tag)
    return (
        f'<!doctype html><title>Host</title><link rel="icon" href="data:,">{start}'
        f"<h1>{name}</h1>{links}"
    )


def close(page: Page) -> None:
    with page.expect_response(is_shown):
        popup(page).get_by_role("button", name="Close").click()
    expect(popup(page)).to_have_count(0)


def visit(page: Page, name: str) -> None:
    page.get_by_role("link", name=f"To {name}", exact=True).click()
    expect(page.get_by_role("heading")).to_have_text(name)
