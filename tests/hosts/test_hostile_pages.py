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

EVERYTHING = """<!doctype html><style>
* {
  all: revert !important; letter-spacing: 5px !important; text-transform: uppercase !important;
  line-height: 3 !important; direction: rtl !important;
}
</style>"""
STYLES = {
    "all": "*{all:revert !important}",
    "direction": "*{direction:rtl !important}",
    "inherited": "*{letter-spacing:5px !important;text-transform:uppercase !important;line-height:3 !important}",
    "root": ":root{font-size:62.5%}",
    "names": ":root{--edge-light:red;--edge-dark:red;--text:red;--accent:red}",
    "property": '@property --accent{syntax:"<length>";inherits:false;initial-value:0px}',
    "selection": "::selection{background:red;color:lime}",
    "undefined": ":not(:defined){display:none}",
    "transform": "body{transform:translate(10px)}",
    "lastchild": "body>*{margin-bottom:50px} body>:last-child{margin-bottom:0}",
    "opacity": "body{opacity:.5}",
    "rule": "body>*{display:block !important;position:static !important;width:300px!important;height:300px!important;visibility:hidden!important}",
}
PAGES = {name: f"<!doctype html><style>{css}</style>" for name, css in STYLES.items()}
PAGES["quirks"] = ""
PAGES["everything"] = EVERYTHING


@pytest.fixture(scope="module", params=PAGES)
def glanced(
    request: pytest.FixtureRequest, fresh_context: NewContext, site: StaticSite, tag: str
) -> Visit:
    url = site.add(request.param, f"{PAGES[request.param]}{tag}<title>Host</title>{CONTENT}")
    with glance(fresh_context, Host(url)) as (page, done):
        page.mouse.move(**ON_THE_EDGE)
        choose_by_keyboard(page)
        done.look(page, "nps chosen")
        return done


def test_the_popup_looks_as_on_an_empty_page(glanced: Visit, on_an_empty_page: Visit) -> None:
    empty = {step: on_an_empty_page.looks[step] for step in glanced.looks}
    found = differences(empty, glanced.looks)
    assert not found, found


def test_the_popup_is_the_same_picture_as_on_an_empty_page(
    glanced: Visit, on_an_empty_page: Visit, page: Page
) -> None:
    empty = {step: on_an_empty_page.pictures[step] for step in glanced.pictures}
    assert different(page, empty, glanced.pictures) == {}


def test_the_page_is_the_same_with_the_popup_in_it(glanced: Visit) -> None:
    glanced.shown["globals"].pop("sayso", None)
    found = differences(glanced.before, glanced.shown)
    assert not found, found
