"""What `make run` starts, and what it saves for the next run."""

from __future__ import annotations

import stat
from pathlib import Path

import urllib3

from tests.demo.conftest import FirstRun, StartDemo


def page(url: str) -> tuple[str, str]:
    """The page's text and its content security policy."""
    reply = urllib3.request("GET", url)
    return reply.data.decode(), reply.headers["Content-Security-Policy"]


def test_the_three_surveys_are_live_and_each_asks_another_question(first_run: FirstRun) -> None:
    asked = {
        one["trigger"]["event"]: (one["questions"][0]["kind"], one["state"])
        for one in first_run.surveys
    }
    assert asked == {
        "order_completed": ("csat", "live"),
        "support_called": ("ces", "live"),
        "came_back": ("nps", "live"),
    }


def test_only_this_user_can_read_the_kept_keys(first_run: FirstRun) -> None:
    mode = (first_run.data_dir / "project.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_second_run_keeps_the_project_and_its_surveys_and_prints_addresses_that_answer(
    start_demo: StartDemo, first_run: FirstRun, kept_ports: tuple[str, ...]
) -> None:
    demo = start_demo(*kept_ports)
    demo.wait_until_ready()
    assert (demo.project, demo.surveys()) == (first_run.project, first_run.surveys)
    assert "/login#" in demo.results
    assert demo.results != first_run.results
    shop, policy = page(demo.shop)
    assert "Six teas" in shop
    assert f'src="{demo.sayso}/v1/p/{demo.project["public_key"]}/sayso.js"' in shop
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "unsafe" not in policy
    assert urllib3.request("GET", f"{demo.sayso}/docs").status == 200


def test_a_project_that_the_server_has_lost_says_what_to_remove(
    start_demo: StartDemo, kept_ports: tuple[str, ...], tmp_path: Path
) -> None:
    for file in (tmp_path / "demo").glob("sayso.db*"):
        file.unlink()
    again = start_demo(*kept_ports)
    assert again.end() == 1
    assert "Sayso does not know the project that is kept" in again.text
    assert "Traceback" not in again.text
