"""The server works behind a real nginx, at the root of a host and below a path."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from unittest import mock
from urllib.parse import urlencode, urlsplit

import pytest
import urllib3
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from demo.sayso_command import server_settings
from sayso_server.cli.commands import sayso
from tests import servers
from tests.e2e.host_site import serving
from tests.e2e.project import Project, create_project
from tests.e2e.test_receipt import answer_page
from tests.e2e.visitor import Notices, appearing, popup
from tests.handbook.blocks import blocks
from tests.serve.conftest import started
from tests.servers import free_port
from tests.test_sub_path import LINK
from tests.user_agent import BROWSER

(DOCUMENTED,) = [
    block.text
    for block in blocks("nginx")
    if block.page == "docs/run/proxies.md" and block.text.startswith("location /sayso/")
]
IN_PROOF = pytest.mark.proof
ORIGIN = "https://shop.example"


@dataclass(frozen=True)
class Site:
    """A server at its public URL."""

    url: str
    project: Project

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        url = f"{self.url.removesuffix(urlsplit(self.url).path)}{path}"
        return urllib3.request("GET", url, headers=headers, redirect=False, retries=False)

    def page_call(self, name: str, body: object) -> urllib3.BaseHTTPResponse:
        url = f"{self.url}/v1/p/{self.project.public_key}/{name}"
        headers = {"Origin": ORIGIN, "User-Agent": BROWSER, "Content-Type": "text/plain"}
        return urllib3.request("POST", url, body=json.dumps(body), headers=headers)

    def login_link(self) -> str:
        settings = server_settings(self.project.data_dir, self.url)
        with mock.patch.dict(os.environ, settings, clear=True):
            link = CliRunner().invoke(sayso, ["login-link", self.project.id]).stdout.strip()
        assert link.startswith(f"{self.url}/login#")
        return link


def locations(path: str, port: int) -> str:
    """The documented nginx locations, for this port and path."""
    text = DOCUMENTED.replace("127.0.0.1:8300", f"127.0.0.1:{port}")
    if path == "/sayso":
        return text
    if path == "":
        return re.sub(r".*X-Forwarded-Prefix.*\n", "", text).replace("/sayso/", "/")
    left = re.sub(r".*X-Forwarded-Prefix.*\n", "", text).replace(f":{port}/;", f":{port};")
    return left.replace("/sayso/", f"{path}/")


@pytest.fixture(
    scope="module", params=["/sayso", pytest.param("/left/there", marks=IN_PROOF), ""], ids=str
)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A server with a survey behind nginx: below a path that nginx strips (as documented), below a
    path that it keeps, and at the root."""
    path: str = request.param
    port = free_port()
    with ExitStack() as until_the_end:
        try:
            front = until_the_end.enter_context(servers.nginx(locations(path, port)))
        except servers.ServerUnavailable as error:
            pytest.skip(f"nginx suite: {error}")
        folder = tmp_path_factory.mktemp("behind")
        environment = {"SAYSO_PUBLIC_URL": f"{front}{path}", "SAYSO_TRUSTED_PROXIES": "1"}
        server = until_the_end.enter_context(started(folder, "--port", str(port), **environment))
        with serving() as any_host:
            project = create_project(f"{front}{path}", server.data_dir, ORIGIN, any_host.origin)
        until_the_end.callback(project.client.close)
        project.survey(event="ordered")
        yield Site(f"{front}{path}", project)


def test_calls_from_page_and_backend_work(site: Site) -> None:
    """Covers the script and its files, *decide*, the answer, the receipt and a backend event."""
    base = f"{urlsplit(site.url).path}/v1/p/{site.project.public_key}"
    script = site.get(f"{base}/sayso.js")
    (build,) = re.findall(r"\.([0-9a-f]{8})\.js", script.data.decode())
    assert site.get(f"{urlsplit(site.url).path}/v1/widget/popup.{build}.js").status == 200
    assert f'src="{site.url}/v1/p/' in site.project.tag()
    visitor = "v" * 32
    trigger = {"kind": "event", "name": "ordered", "id": "1" * 32}
    ask = site.page_call("decide", {"visitor": visitor, "trigger": trigger, "page": {}}).json()[
        "ask"
    ]
    given = [{"question": "score", "value": 4}]
    answer = {"invitation": ask["invitation"], "answers": given, "complete": True}
    receipt = site.page_call("responses", answer).json()["receipt"]["url"]
    assert receipt.startswith(f"{site.url}/a#")
    page = site.get(urlsplit(receipt).path)
    (script,) = set(LINK.findall(page.data.decode()))
    assert site.get(script).status == 200
    site.project.track("u_1", "ordered")


def test_a_backends_event_reaches_an_open_stream(site: Site) -> None:
    visitor = "w" * 32
    stream = urllib3.request(
        "POST",
        f"{site.url}/v1/p/{site.project.public_key}/live",
        body=json.dumps({"visitor": visitor}),
        headers={"Origin": ORIGIN, "User-Agent": BROWSER, "Content-Type": "text/plain"},
        timeout=urllib3.Timeout(read=10),
        preload_content=False,
    )
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    received = stream.read1()
    site.project.client.track(event="ordered", anonymous_id=visitor)
    assert site.project.client.flush()
    while b"event: invitation" not in received:
        received += stream.read1()  # times out
    stream.close()


def test_every_link_in_the_dashboard_works(site: Site) -> None:
    link, _, secret = site.login_link().partition("#")
    entered = urllib3.request(
        "POST",
        link,
        body=urlencode({"secret": secret}),
        headers={
            "Origin": f"http://{urlsplit(site.url).netloc}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        redirect=False,
    )
    path = urlsplit(site.url).path
    assert (entered.status, entered.headers["Location"]) == (303, f"{path}/results")
    assert f"; Path={path or '/'}" in entered.headers["Set-Cookie"]
    cookie = entered.headers["Set-Cookie"].partition(";")[0]
    seen = {f"{path}/results", f"{path}/docs"}
    visited: set[str] = set()
    while todo := seen - visited - {f"{path}/logout"}:
        visited.add(one := todo.pop())
        found = site.get(one, Cookie=cookie)
        assert found.status == 200, one
        if found.headers["Content-Type"].startswith("text/html"):
            seen.update(LINK.findall(found.data.decode()))
    assert len(visited) > 8
    assert all(one.startswith(f"{path}/") for one in visited)


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "SCRIPT-NAME", "X-Forwarded-Prefix", "Forwarded"])
def test_a_clients_proxy_headers_change_nothing(site: Site, name: str) -> None:
    path = urlsplit(site.url).path
    assert site.get(f"{path}/healthz", **{name: "/v1/p"}).json() == {"status": "ok"}
    if not path and name == "X-Forwarded-Prefix":
        return  # nginx forwards the header here; only its sender is affected
    refused = site.get(f"{path}/results", **{name: "/evil"})
    assert (refused.status, refused.headers["Location"]) == (303, f"{path}/login")


@pytest.mark.parametrize(
    "site",
    ["/sayso", pytest.param("/left/there", marks=IN_PROOF), pytest.param("", marks=IN_PROOF)],
    ids=str,
    indirect=True,
)
def test_an_answer_can_be_given_changed_and_seen_in_a_browser(site: Site, page: Page) -> None:
    notices = Notices(page)
    icon = '<link rel="icon" href="data:,">'
    with serving() as host:
        project = create_project(site.url, site.project.data_dir, host.origin)
        survey = project.survey(event="ordered")
        page.goto(host.add("/", head=project.tag() + icon))
        with appearing(page):
            page.evaluate("sayso.track('ordered')")
        popup(page).get_by_role("radio").nth(3).click()
        popup(page).get_by_role("button", name="Send").click()
        with page.expect_popup() as opened:
            popup(page).get_by_role("link", name="Change or delete my answer").click()
        own = opened.value
        answer_page(own).get_by_role("radio").nth(4).click()
        answer_page(own).get_by_role("button", name="Save").click()
        expect(own.get_by_role("status")).to_have_text("Your answer was changed.")
        assert own.url.startswith(f"{site.url}/a#")
        assert project.report(survey)["score"] == 5
        link = Site(site.url, project).login_link()
        page.goto(link)
        page.wait_for_url(f"{site.url}/results")
        page.get_by_role("link", name="ordered").click()
        expect(page.get_by_role("heading", name="Distribution")).to_be_visible()
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(f"{site.url}/login?logged-out")
        project.client.close()
    assert notices.heard == []
