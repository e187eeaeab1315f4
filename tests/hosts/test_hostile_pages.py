"""Pages of our own that do their worst to whatever is put into them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.hosts.host import Host
from tests.hosts.pictures import different
from tests.hosts.records import differences
from tests.hosts.static_site import StaticSite
from tests.hosts.visit import ON_THE_EDGE, NewContext, Visit, choose_by_keyboard, glance

CONTENT = "<header><h1>Host</h1></header><main><a href=#>Link</a><input></main><footer>End</footer>"
STANDARD, QUIRKS = "<!doctype html>", ""

PAGES = {
    "everything_important": f"""{STANDARD}<style>
        * {{
          all: revert !important; letter-spacing: 5px !important; direction: rtl !important;
          text-transform: uppercase !important; line-height: 3 !important;
        }}
        :root {{ font-size: 62.5% }}
        :not(:defined) {{ display: none }}
        body > :not(header, main, footer) {{
          position: static !important; width: 9em !important; visibility: hidden !important;
        }}
        </style>""",
    "quirks_mode": f"{QUIRKS}<style>table, td {{ font-size: 9px }}</style>",
    "names_like_ours": f"""{STANDARD}<style>
        :root {{ --edge-light: red; --edge-dark: red; --text: red; --paper: blue }}
        @property --accent {{ syntax: "<length>"; inherits: false; initial-value: 0px }}
        @keyframes rise {{ to {{ transform: rotate(90deg) }} }}
        </style>""",
    "own_selection": f"{STANDARD}<style>::selection {{ background: red; color: lime }}</style>",
    "moved_body": f"""{STANDARD}<style>
        body {{ transform: translate(10px); opacity: 0.5; min-height: 200vh }}
        </style>""",
    "last_child": f"""{STANDARD}<style>
        body > * {{ margin-bottom: 50px }} body > :last-child {{ margin-bottom: 0 }}
        </style>""",
}


@pytest.fixture(scope="module", params=PAGES)
def glanced(
    request: pytest.FixtureRequest, fresh_context: NewContext, site: StaticSite, tag: str
) -> Visit:
    url = site.add(request.param, f"{PAGES[request.param]}{tag}<title>Host</title>{CONTENT}")
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
