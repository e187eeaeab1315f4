"""The tag in pages that none of us wrote: neither side notices the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.hosts.host import Host
from tests.hosts.pictures import different
from tests.hosts.records import Record, differences
from tests.hosts.visit import NewContext, Visit, visit

HOSTS = (
    "sphinx",
    "mkdocs_material",
    "django_login",
    "django_list",
    "jupyterlab",
    "swagger_ui",
    "reveal",
    "sb_admin",
    "bootstrap",
    "tailwind",
    "pico",
)


@pytest.fixture(scope="module", params=HOSTS)
def visited(request: pytest.FixtureRequest, fresh_context: NewContext) -> Visit:
    host: Host = request.getfixturevalue(request.param)
    return visit(fresh_context, host)


def without_sayso(record: Record) -> Record:
    """The one global that is ours."""
    assert "sayso" in record["globals"]
    theirs = {name: text for name, text in record["globals"].items() if name != "sayso"}
    return {**record, "globals": theirs}


def test_the_page_is_the_same_with_the_popup_in_it(visited: Visit) -> None:
    assert not (found := differences(visited.before, without_sayso(visited.shown))), found


def test_the_page_is_the_same_after_an_answer(visited: Visit) -> None:
    assert not (found := differences(visited.before, without_sayso(visited.after))), found


def test_the_focus_goes_back_to_where_it_was(visited: Visit) -> None:
    assert visited.focus_came_back == {"keyboard": True, "pointer": True}


def test_the_console_says_nothing_that_it_did_not_say_before(visited: Visit) -> None:
    assert visited.said_more == []


def test_the_popup_has_the_styles_and_boxes_that_it_has_on_an_empty_page(
    visited: Visit, on_an_empty_page: Visit
) -> None:
    assert not (found := differences(on_an_empty_page.looks, visited.looks)), found


def test_the_popup_is_the_same_picture_as_on_an_empty_page(
    visited: Visit, on_an_empty_page: Visit, page: Page
) -> None:
    assert different(page, on_an_empty_page.pictures, visited.pictures) == {}
