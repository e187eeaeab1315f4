"""Sayso in common web frameworks: it asks under a strict policy, follows log-in and log-out, and
loses no event when workers are replaced or the application stops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import urllib3
from playwright.sync_api import Page, expect

from tests.applications.running import running
from tests.demo.running import Demo
from tests.e2e.project import Project, create_project
from tests.e2e.visitor import Notices, appearing, is_call, popup, takes_input, until
from tests.servers import free_port

ORDERS = 20
LONG_ENOUGH = 1_000  # milliseconds; a popup that may appear does so sooner


@pytest.fixture(params=["django", "fastapi", "flask"])
def shop(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def at() -> int:
    return free_port()


@pytest.fixture
def project(demo: Demo, at: int) -> Iterator[Project]:
    made = create_project(demo.sayso, demo.data_dir, f"http://localhost:{at}")
    yield made
    made.client.close()


def settings(project: Project) -> dict[str, str]:
    variables = ("SAYSO_SDK_SECRET_KEY", "SAYSO_SDK_PUBLIC_KEY", "SAYSO_SDK_IDENTITY_SECRET")
    return {"SAYSO_SDK_HOST": project.url} | dict(
        zip(variables, project.keys.values(), strict=True)
    )


def test_its_users_are_asked_and_nothing_is_lost(
    project: Project, page: Page, shop: str, at: int
) -> None:
    project.survey("csat", event="order_completed")
    project.survey("ces", event="support_called")
    notices = Notices(page)
    with running(shop, at, settings(project)) as url:
        with page.expect_response(is_call("live")):
            page.goto(f"{url}/login?user=u_1")
        with appearing(page):
            page.get_by_role("button", name="Order").click()
        popup(page).get_by_role("radio", name="Satisfied", exact=True).click()
        skip = popup(page).get_by_role("button", name="Skip")
        expect(skip).to_be_visible()
        takes_input(page)
        skip.click()
        expect(popup(page)).to_contain_text("Thank you!")

        visitor = f"localStorage['sayso:{project.public_key}']"
        was = page.evaluate(visitor)
        page.goto(f"{url}/logout")
        expect(page.get_by_role("heading")).to_have_text("nobody")
        page.wait_for_function(f"(was) => ({visitor} ?? was) !== was", arg=was)
        project.track("u_1", "support_called")
        page.wait_for_timeout(LONG_ENOUGH)
        assert "queued" in [one["state"] for one in project.invitations("u_1")]
        with appearing(page):
            page.goto(f"{url}/login?user=u_1")
        assert notices.heard == []

        for number in range(ORDERS):
            _order(url, number)
        if shop == "flask":  # Celery's queue may still contain orders
            until(lambda: len(_events(project, "u_2")) == ORDERS)
    until(lambda: len(_events(project, "u_2")) == ORDERS)
    assert _events(project, "u_2") == {f"u_2-{number}" for number in range(ORDERS)}


def _order(url: str, number: int) -> None:
    """Place an order. A worker that is being replaced may drop the call, so retry it."""
    again = urllib3.Retry(9, allowed_methods=None, backoff_factor=0.1)
    address = f"{url}/order?user=u_2&n={number}"
    headers = {"Connection": "close"}
    reply = urllib3.request("POST", address, headers=headers, retries=again, timeout=30)
    assert reply.status == 200


def _events(project: Project, user_id: str) -> set[str]:
    return {
        event["id"]
        for event in project.call("GET", f"people?user_id={user_id}")["person"]["events"]
    }
