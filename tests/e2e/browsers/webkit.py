"""WebKitGTK, driven by WebDriver over HTTP, on its own virtual screen."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from tests.e2e.browsers.driver import (
    HEIGHT,
    WIDTH,
    NotHere,
    Scheme,
    click_actions,
    key_actions,
)
from tests.e2e.visitor import PATIENCE, until
from tests.servers import free_port, spawn, stop

PROGRAMS = ("WebKitWebDriver", "Xvfb", "dbus-run-session")
CHROME = 200  # px; room for the browser's toolbars around the page
THEMES: dict[Scheme, str] = {"dark": "Adwaita:dark", "light": "Adwaita"}


class WebKit:
    """The only window of a WebDriver session."""

    def __init__(self, driver: str) -> None:
        made = _call("POST", f"{driver}/session", {"capabilities": {}})
        self._session = f"{driver}/session/{made['sessionId']}"
        self._command("window/rect", {"width": WIDTH, "height": HEIGHT + CHROME})

    def open(self, url: str) -> None:
        self._command("url", {"url": url})

    def evaluate(self, expression: str) -> Any:
        return self._command("execute/sync", {"script": f"return {expression}", "args": []})

    def press(self, key: str) -> None:
        self._command("actions", {"actions": key_actions(key)})

    def click(self, x: float, y: float) -> None:
        self._command("actions", {"actions": click_actions(x, y)})

    def close(self) -> None:
        _call("DELETE", self._session, None)

    def _command(self, name: str, body: dict[str, Any]) -> Any:
        return _call("POST", f"{self._session}/{name}", body)


@contextmanager
def launch(scheme: Scheme) -> Iterator[WebKit]:
    """Start a session with a fresh home directory. Raises NotHere if a program is missing."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        raise NotHere(f"WebKit needs {', '.join(missing)}; `make browsers` tries to install it")
    with tempfile.TemporaryDirectory(prefix="sayso-webkit-") as folder, _screen(folder) as screen:
        port = free_port()
        environment = {**os.environ, "DISPLAY": screen, "GTK_THEME": THEMES[scheme], "HOME": folder}
        command = ["dbus-run-session", "--", "WebKitWebDriver", f"--port={port}"]
        process = spawn(command, log=Path(folder, "log"), env=environment)
        try:
            until(lambda: _answers(port))
            window = WebKit(f"http://127.0.0.1:{port}")
            yield window
            window.close()
        finally:
            stop(process)


@contextmanager
def _screen(folder: str) -> Iterator[str]:
    """Run a virtual X server; yield its display name."""
    log = Path(folder, "screen")
    size = f"{WIDTH}x{HEIGHT + CHROME}x24"
    process = spawn(
        ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"], log=log, env=None
    )
    try:
        until(lambda: log.read_text().endswith("\n"))
        yield f":{log.read_text().split()[-1]}"
    finally:
        stop(process)


def _answers(port: int) -> bool:
    try:
        return bool(_call("GET", f"http://127.0.0.1:{port}/status", None)["ready"])
    except urllib3.exceptions.HTTPError:
        return False


def _call(method: str, url: str, body: dict[str, Any] | None) -> Any:
    reply = urllib3.request(method, url, json=body, retries=False, timeout=PATIENCE)
    found = reply.json()["value"]
    assert reply.status == 200, f"{method} {url}: {found}"
    return found
