"""What `make run` starts, and what it keeps for the next time."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from tests.demo.conftest import StartDemo
from tests.demo.running import Demo, running
from tests.servers import free_port


def surveys(demo: Demo) -> list[dict[str, Any]]:
    key = {"Authorization": f"Bearer {demo.project['secret_key']}"}
    reply = urllib3.request("GET", f"{demo.sayso}/v1/surveys", headers=key)
    listed: list[dict[str, Any]] = reply.json()["surveys"]
    return listed


def page(url: str) -> tuple[str, str]:
    """Its text and its policy."""
    reply = urllib3.request("GET", url)
    return reply.data.decode(), reply.headers["Content-Security-Policy"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A first run."""
    options = ("--sayso-port", str(free_port()), "--shop-port", str(free_port()))
    with running(tmp_path_factory.mktemp("demo"), *options) as started:
        started.wait_until_ready()
        yield started


def test_it_prints_the_addresses_and_they_answer(demo: Demo) -> None:
    assert "/login#" in demo.results
    shop, policy = page(demo.shop)
    assert "Six teas" in shop
    assert f'src="{demo.sayso}/v1/p/{demo.project["public_key"]}/sayso.js"' in shop
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "unsafe" not in policy
    assert urllib3.request("GET", f"{demo.sayso}/docs").status == 200


def test_the_three_surveys_are_live_and_each_asks_another_question(demo: Demo) -> None:
    asked = {
        one["trigger"]["event"]: (one["questions"][0]["kind"], one["state"])
        for one in surveys(demo)
    }
    assert asked == {
        "order_completed": ("csat", "live"),
        "support_called": ("ces", "live"),
        "came_back": ("nps", "live"),
    }


def test_only_this_user_can_read_the_kept_keys(demo: Demo) -> None:
    mode = (demo.data_dir / "project.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_second_run_keeps_the_project_and_its_surveys(
    start_demo: StartDemo, ports: tuple[str, ...]
) -> None:
    first = start_demo(*ports)
    first.wait_until_ready()
    before = first.project, surveys(first)
    first.process.terminate()
    assert first.end() == 0
    second = start_demo(*ports)
    second.wait_until_ready()
    assert (second.project, surveys(second)) == before
    assert second.results != first.results


def test_a_project_that_the_server_has_lost_says_what_to_remove(
    start_demo: StartDemo, ports: tuple[str, ...]
) -> None:
    first = start_demo(*ports)
    first.wait_until_ready()
    first.process.terminate()
    first.end()
    for file in first.data_dir.glob("sayso.db*"):
        file.unlink()
    again = start_demo(*ports)
    assert again.end() == 1
    assert "Sayso does not know the project that is kept" in again.text
    assert "Traceback" not in again.text
