"""A script that the host serves itself; the script and all files it loads have integrity hashes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, Route, expect

from demo.sayso_command import server_settings
from sayso_server.cli.commands import sayso as commands
from tests.e2e.host_site import HostSite, serving
from tests.e2e.own_files import ICON, asks_answers_and_reports
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, is_call, popup

LONG_ENOUGH = 1_500  # milliseconds


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[HostSite]:
    """The host's file server, on a different origin than its pages."""
    with serving() as site:
        site.add_files(tmp_path / "sayso")
        yield site


@pytest.fixture
def tag(
    project: Project, elsewhere: HostSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The tag that the command prints, with its placeholders filled in."""
    for name, value in server_settings(project.data_dir, project.url).items():
        monkeypatch.setenv(name, value)
    printed = CliRunner().invoke(commands, ["export-script", str(tmp_path / "sayso")])
    return printed.stdout.replace("/where/you/put/it", f"{elsewhere.origin}/files").replace(
        "pk_…", project.public_key
    )


def test_it_asks_answers_and_reports(
    host: HostSite, elsewhere: HostSite, project: Project, page: Page, tag: str
) -> None:
    survey = project.survey(kind="page_view")
    policy = (
        f"default-src 'none'; script-src {elsewhere.origin}; connect-src {project.url}; "
        "require-trusted-types-for 'script'; trusted-types sayso"
    )
    url = host.add("/", head=ICON + tag, csp=policy)
    asks_answers_and_reports(page, project, survey, url)


def test_a_further_file_that_is_not_as_it_was_is_refused_and_nobody_is_asked(
    host: HostSite, project: Project, page: Page, tag: str, tmp_path: Path
) -> None:
    survey = project.survey(kind="page_view")
    (file,) = (tmp_path / "sayso").glob("popup.*.js")
    file.write_bytes(file.read_bytes() + b" ")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with page.expect_response(is_call("decide")):
        page.goto(host.add("/", head=tag))
    page.wait_for_timeout(LONG_ENOUGH)
    expect(popup(page)).to_have_count(0)
    assert project.report(survey)["counts"]["shown"] == 0
    assert errors == []


def test_a_survey_that_needs_a_file_of_a_newer_server_is_not_shown(
    host: HostSite, project: Project, page: Page, tag: str
) -> None:
    project.survey(kind="page_view")

    def needs_more(route: Route) -> None:
        reply = route.fetch()
        body = reply.json()
        body["ask"]["survey"]["more"] = ["holograms"]
        route.fulfill(response=reply, json=body)

    page.route("**/decide", needs_more)
    notices = Notices(page)
    with page.expect_response(is_call("decide")):
        page.goto(host.add("/", head='<link rel="icon" href="data:,">' + tag))
    page.wait_for_timeout(LONG_ENOUGH)
    expect(popup(page)).to_have_count(0)
    assert notices.heard == []
