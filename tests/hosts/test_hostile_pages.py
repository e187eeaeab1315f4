"""Our own hostile pages, whose styles and policies affect every element in them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.project import Project
from tests.hosts.host import Host
from tests.hosts.hostile_pages import CONTENT, NONCE, PAGES, SAYSO
from tests.hosts.pictures import different
from tests.hosts.records import differences
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import ON_THE_EDGE, NewContext, Visit, choose_by_keyboard, glance


@pytest.fixture(scope="module", params=PAGES)
def glanced(
    request: pytest.FixtureRequest, fresh_context: NewContext, site: StaticSite, project: Project
) -> Visit:
    start = PAGES[request.param].replace(SAYSO, project.url)
    tag = project.tag(nonce=NONCE)
    url = site.add(request.param, f"{start}{tag}<title>Host</title>{CONTENT}")
    with glance(fresh_context, Host(url)) as (page, done):
        page.mouse.move(*ON_THE_EDGE)
        choose_by_keyboard(page)
        done.look(page, "nps chosen")
        return done


def test_the_page_is_the_same_with_the_popup_in_it(glanced: Visit) -> None:
    found = differences(glanced.before, glanced.shown_without_sayso)
    assert not found, found


def test_the_popup_has_the_styles_and_boxes_that_it_has_on_an_empty_page(
    glanced: Visit, on_an_empty_page: Visit
) -> None:
    empty = {step: on_an_empty_page.looks[step] for step in glanced.looks}
    found = differences(empty, glanced.looks)
    assert not found, found


def test_the_popup_is_the_same_picture_as_on_an_empty_page(
    glanced: Visit, on_an_empty_page: Visit, page: Page
) -> None:
    empty = {step: on_an_empty_page.pictures[step] for step in glanced.looks}
    assert different(page, empty, glanced.pictures) == {}


def test_the_console_says_nothing_that_it_did_not_say_before(glanced: Visit) -> None:
    assert glanced.said_more == []
