"""First starts in separate processes, and a second server on a restored backup."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from demo.sayso_command import SAYSO, sayso, server_settings
from tests.serve.conftest import started
from tests.user_agent import BROWSER


@pytest.mark.proof
def test_eight_concurrent_first_starts_make_one_key_and_one_database(tmp_path: Path) -> None:
    """tests/test_data_directory.py has the short form."""
    settings = server_settings(tmp_path / "data", "")
    starts = [
        subprocess.Popen(
            [SAYSO, "db", "upgrade"], env=settings, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(8)
    ]
    said = [start.communicate(timeout=120) for start in starts]
    assert {start.returncode for start in starts} == {0}, said
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"secret_key", "sayso.db"}
    sayso("db", "upgrade", settings=settings)


@pytest.mark.proof
@pytest.mark.parametrize("moment", range(12))
def test_a_killed_first_start_can_be_repeated(tmp_path: Path, moment: int) -> None:
    settings = server_settings(tmp_path / "data", "")
    with subprocess.Popen([SAYSO, "db", "upgrade"], env=settings) as start:
        try:
            start.wait(0.2 + 0.1 * moment)
        except subprocess.TimeoutExpired:
            os.kill(start.pid, signal.SIGKILL)
    assert sayso("db", "upgrade", settings=settings) == "The schema is up to date."


@pytest.mark.proof
def test_a_server_on_a_backup_replies_like_the_first_server(tmp_path: Path) -> None:
    """tests/cli/test_backup.py has the short form."""
    with started(tmp_path) as first:
        settings = server_settings(first.data_dir, first.url)
        options = ("--origin", "https://shop.example", "--json")
        keys = json.loads(sayso("create-project", "Shop", *options, settings=settings))
        backend = {"Authorization": f"Bearer {keys['secret_key']}"}
        survey = {"name": "Orders", "template": "csat", "trigger": {"event": "ordered"}}
        made = call(first.url, "/v1/surveys", survey, backend)["id"]
        call(first.url, f"/v1/surveys/{made}/publish", {}, backend)
        page = f"/v1/p/{keys['public_key']}"
        trigger = {"kind": "event", "name": "ordered", "id": "1" * 32}
        decide = {"visitor": "v" * 32, "trigger": trigger, "page": {}}
        origin = {"Origin": "https://shop.example", "User-Agent": BROWSER}
        ask = call(first.url, f"{page}/decide", decide, origin)["ask"]
        given = [{"question": "score", "value": 4}]
        answer = {"invitation": ask["invitation"], "answers": given, "complete": True}
        said = call(first.url, f"{page}/responses", answer, origin)
        sayso("backup", str(tmp_path / "copy" / "data"), settings=settings)
        call(first.url, f"/v1/surveys/{made}/end", {}, backend)
    with started(tmp_path / "copy") as restored:
        secret = urlsplit(said["receipt"]["url"]).fragment
        opened = call(restored.url, "/v1/answer", {"secret": secret}, {})
        assert opened["answers"] == given
        report = restored.get(f"/v1/surveys/{made}/report", Authorization=backend["Authorization"])
        assert (report.json()["n"], report.json()["score"]) == (1, 4)
        (live,) = restored.get("/v1/surveys", Authorization=backend["Authorization"]).json()[
            "surveys"
        ]
        assert live["state"] == "live"


def call(url: str, path: str, body: object, headers: dict[str, str]) -> Any:
    reply = urllib3.request("POST", url + path, json=body, headers=headers)
    assert reply.status < 300, reply.data
    return reply.json()
