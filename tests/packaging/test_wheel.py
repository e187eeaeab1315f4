"""The built wheels do the main job outside the repository and without Node. The Dockerfile's steps
build and install the server."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from tests.packaging import image
from tests.servers import free_port, stop
from tests.user_agent import BROWSER

ROOT = Path(__file__).parents[2]
ORIGIN = "https://shop.example"
PATIENCE = 60.0


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a virtual environment with both wheels in it."""
    folder = tmp_path_factory.mktemp("image")
    programs = image.build(folder)
    run(
        sys.executable, "-m", "build", "--wheel", "--outdir", str(folder / "sdk"), str(ROOT / "sdk")
    )
    (sdk,) = (folder / "sdk").glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(programs.parent)]
    run(*pip, "install", "--quiet", "--no-compile", str(sdk))
    return programs


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """An environment without Node or repository; one variable selects PostgreSQL."""
    found = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SAYSO_DATA_DIR": str(tmp_path)}
    if request.param == "postgresql":
        found["SAYSO_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        found["SAYSO_SECRET_KEY"] = "only for tests, 32 characters long"
    return found


@pytest.fixture
def server(installed: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Run `sayso serve`; yield its URL."""
    port = free_port()
    process = subprocess.Popen(
        [str(installed / "sayso"), "serve", "--port", str(port)], env=environment, cwd=tmp_path
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, process)
        yield url
    finally:
        stop(process, signal.SIGINT)  # does not wait for our idle connections


def test_serve_create_project_script_decide_respond_and_report(
    installed: Path, environment: dict[str, str], server: str, tmp_path: Path
) -> None:
    created = run(
        *(str(installed / "sayso"), "create-project", "Shop", "--origin", ORIGIN, "--json"),
        env=environment,
        cwd=tmp_path,
    )
    keys = json.loads(created)
    backend = {"Authorization": f"Bearer {keys['secret_key']}", "Content-Type": "application/json"}
    page = f"{server}/v1/p/{keys['public_key']}"
    survey = call(
        f"{server}/v1/surveys",
        {"name": "Orders", "template": "nps", "trigger": {"event": "order_completed"}},
        backend,
    )["id"]
    call(f"{server}/v1/surveys/{survey}/publish", {}, backend)

    script = urllib3.request("GET", f"{page}/sayso.js")
    assert script.status == 200
    assert b"order_completed" in script.data
    (build,) = re.findall(r"\.([0-9a-f]{8})\.js", script.data.decode())
    assert urllib3.request("GET", f"{server}/v1/widget/popup.{build}.js").status == 200

    tag = run(str(installed / "sayso"), "export-script", "pinned", env=environment, cwd=tmp_path)
    assert " integrity=" in tag
    assert len(list((tmp_path / "pinned").glob("popup.*.js"))) == 1

    trigger = {"kind": "event", "name": "order_completed", "id": uuid4().hex}
    decide = {"visitor": uuid4().hex, "trigger": trigger, "page": {"locale": "ja"}}
    ask = call(f"{page}/decide", decide, {"Origin": ORIGIN, "User-Agent": BROWSER})["ask"]
    assert ask["survey"]["language"] == "ja"
    answers = [{"question": "score", "value": 10}]
    response = {"invitation": ask["invitation"], "answers": answers, "complete": True}
    call(f"{page}/responses", response, {"Origin": ORIGIN})
    report = urllib3.request("GET", f"{server}/v1/surveys/{survey}/report", headers=backend).json()
    assert (report["n"], report["score"], report["enough"]) == (1, 100, False)


def call(url: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    reply = urllib3.request("POST", url, body=json.dumps(body), headers=headers)
    assert reply.status < 300, reply.data
    return reply.json()


def run(*command: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    done = subprocess.run(
        command,
        env=env or {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            if urllib3.request("GET", f"{url}/readyz", retries=False).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")
