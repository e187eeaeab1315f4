"""The tag's stub queues every call until the script has loaded, even under a strict policy."""

from __future__ import annotations

import base64
import hashlib

import pytest
from playwright.sync_api import Page, Route, expect

from sayso.tag import STUB
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import Notices, appearing, popup

HASH = base64.b64encode(hashlib.sha256(STUB.encode()).digest()).decode()
EARLY = """
const { track } = window.sayso;  // a reference that the host keeps
window.heard = [];
window.calls = Object.keys(window.sayso).filter((name) => Number.isNaN(Number(name)));
window.sayso.on("shown", (survey) => window.heard.push(survey));
window.sayso.reset();
window.sayso.hold();
window.sayso.identify("u_1", { attributes: { plan: "pro" } });
window.sayso.consent();
window.sayso.track("never_named", { rows: 1 });
window.sayso.push(["track", "clicked_export", { rows: 3 }]);
window.sayso.release();
window.sayso.reset();
window.sayso.identify("u_1");
track("clicked_export", { rows: 4 });
"""


@pytest.mark.parametrize("allowed_by", ["nonce", "hash"])
def test_no_call_before_the_script_throws_and_none_is_lost(
    host: HostSite, project: Project, page: Page, allowed_by: str
) -> None:
    survey = project.survey(event="clicked_export")
    nonce = "Ab12" if allowed_by == "nonce" else None
    ours = f"'sha256-{HASH}' {project.url}" if nonce is None else f"'nonce-{nonce}'"
    policy = f"default-src 'none'; script-src 'nonce-Host' {ours}; connect-src {project.url}"
    tag = str(project.client.tag(nonce=nonce))
    early = f'<script nonce="Host">{EARLY}</script><link rel="icon" href="data:,">'
    url = host.add("/", head=tag + early, csp=policy)
    notices, held = Notices(page), list[Route]()
    page.route("**/sayso.js", lambda route: held.append(route))  # noqa: PLW0108 - not a builtin
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.calls")
    notices.heard.clear()  # the policy blocked the test's favicon
    assert page.evaluate("Array.isArray(window.sayso) && 'map' in window.sayso")  # still the stub
    with appearing(page):
        held[0].continue_()
    expect(popup(page)).to_contain_text("How would you rate your experience?")
    page.wait_for_function("window.heard.length")
    assert page.evaluate("window.heard") == [{"survey": survey}]
    assert notices.heard == []
    every = page.evaluate("Object.keys(Object.getPrototypeOf(window.sayso))")
    assert set(page.evaluate("window.calls")) == set(every) - {
        "push",
        "tags",
    }  # these come from the second script
