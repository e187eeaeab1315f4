"""The tag in pages that we did not write: neither side disturbs the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.hosts.host import Host
from tests.hosts.pictures import different
from tests.hosts.records import differences
from tests.hosts.visit import NewContext, Visit, visit

PROOF = pytest.mark.proof
HOSTS = (
    pytest.param("sphinx", marks=PROOF),
    pytest.param("mkdocs_material", marks=PROOF),
    pytest.param("django_login", marks=PROOF),
    "django_list",
    pytest.param("jupyterlab", marks=PROOF),
    "swagger_ui",
    pytest.param("reveal", marks=PROOF),
    pytest.param("sb_admin", marks=PROOF),
    pytest.param("bootstrap", marks=PROOF),
    "tailwind",
    pytest.param("pico", marks=PROOF),
)


@pytest.fixture(scope="module", params=HOSTS)
def visited(request: pytest.FixtureRequest, fresh_context: NewContext) -> Visit:
    host: Host = request.getfixturevalue(request.param)
    return visit(fresh_context, host)


def test_the_page_is_the_same_with_the_popup_in_it(visited: Visit) -> None:
    found = differences(visited.before, visited.shown_without_sayso)
    assert not found, found


def test_the_page_is_the_same_after_an_answer(visited: Visit) -> None:
    found = differences(visited.before, visited.after_without_sayso)
    assert not found, found


def test_the_focus_goes_back_to_where_it_was(visited: Visit) -> None:
    assert visited.focus_came_back == {"keyboard": True, "pointer": True}


def test_the_console_says_nothing_that_it_did_not_say_before(visited: Visit) -> None:
    assert visited.said_more == []


def test_the_popup_has_the_styles_and_boxes_that_it_has_on_an_empty_page(
    visited: Visit, on_an_empty_page: Visit
) -> None:
    found = differences(on_an_empty_page.looks, visited.looks)
    assert not found, found


def test_the_popup_is_the_same_picture_as_on_an_empty_page(
    visited: Visit, on_an_empty_page: Visit, page: Page
) -> None:
    assert different(page, on_an_empty_page.pictures, visited.pictures) == {}
