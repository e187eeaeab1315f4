"""The npm package in a host's own bundle: works like the tag, without a script from us."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.host_site import HostSite
from tests.e2e.own_files import ICON, asks_answers_and_reports
from tests.e2e.project import Project
from tests.e2e.visitor import appearing, is_call, popup
from tests.packaging.bundled_app import bundled, installed

APP = """
import { init, sayso } from "@sayso/browser";
sayso.track("order_completed", { total: 99 });
init(window.settings);
"""
LONG_ENOUGH = 1_500  # milliseconds
MODULE = '<script type="module" src="/files/main.js"></script>'


@pytest.fixture(scope="module", params=["esbuild", pytest.param("vite", marks=pytest.mark.proof)])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled application that uses the package."""
    return bundled(installed(tmp_path_factory.mktemp("npm")), APP, bundler=request.param)


@pytest.fixture
def site(host: HostSite, app: Path) -> HostSite:
    """A host that serves the application."""
    host.add_files(app)
    return host


def settings(project: Project, page: Page, **more: str) -> None:
    """Pass the application its settings."""
    given = {"project": project.public_key, "host": project.url, **more}
    page.add_init_script(f"window.settings = {json.dumps(given)}")


def test_it_asks_answers_and_reports_under_a_policy_that_knows_no_script_of_ours(
    site: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="page_view")
    policy = (
        f"default-src 'none'; script-src 'self'; connect-src {project.url}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    url = site.add("/", head=ICON + MODULE, csp=policy)
    settings(project, page)
    asks_answers_and_reports(page, project, survey, url)


def test_what_was_tracked_before_the_rules_could_be_had_is_asked_about(
    site: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    away = [True, True]

    def answer(route: Route) -> None:
        if away:
            away.pop()
            route.abort()
        else:
            route.continue_()

    page.route("**/rules.json", answer)
    settings(project, page)
    with appearing(page):
        page.goto(site.add("/", head=MODULE))
    assert away == []


def test_an_element_of_our_name_takes_nothing_that_is_called_before(
    site: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="order_completed")
    settings(project, page)
    with appearing(page):
        page.goto(site.add("/", '<p id="sayso"></p>', head=MODULE))


def test_where_a_chunk_cannot_be_had_nobody_is_asked_and_nothing_is_thrown(
    site: HostSite, project: Project, page: Page
) -> None:
    survey = project.survey(kind="page_view")
    settings(project, page)
    page.route("**/popup-*.js", lambda route: route.abort())
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with page.expect_response(is_call("decide")):
        page.goto(site.add("/", head=MODULE))
    page.wait_for_timeout(LONG_ENOUGH)
    expect(popup(page)).to_have_count(0)
    assert project.report(survey)["counts"]["shown"] == 0
    assert errors == []


def test_a_user_is_proven_by_token_and_reached_by_a_backend_event(
    site: HostSite, project: Project, page: Page
) -> None:
    project.survey(event="refunded", **{"from": "backend"})
    settings(project, page, token=project.client.identity_token("u_1"))
    with page.expect_response(is_call("live")):
        page.goto(site.add("/", head=MODULE))
    with appearing(page):
        project.track("u_1", "refunded")


def test_of_package_and_tag_the_first_one_on_a_page_is_obeyed(
    site: HostSite, project: Project, page: Page
) -> None:
    project.survey(kind="page_view")
    settings(project, page)
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url.rpartition("/")[2]))
    in_order = project.tag().replace(" async", "")
    with appearing(page):
        page.goto(site.add("/tag-first", head=in_order + MODULE))
    assert "rules.json" not in calls
    page.evaluate("localStorage.clear()")
    with page.expect_response(is_call("rules.json")):
        page.goto(site.add("/package-first", head=MODULE))
    page.wait_for_function("!!window.sayso?.track")
    page.evaluate("window.first = sayso")
    page.add_script_tag(url=f"{project.url}/v1/p/{project.public_key}/sayso.js")
    assert page.evaluate("sayso === first") is True
