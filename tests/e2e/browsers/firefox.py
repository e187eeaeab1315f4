"""Firefox, driven by WebDriver BiDi over its own socket."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import websocket

from tests.e2e.browsers.driver import (
    HEIGHT,
    WIDTH,
    NotHere,
    Scheme,
    click_actions,
    key_actions,
)
from tests.e2e.visitor import PATIENCE, until
from tests.servers import spawn, stop

NAMES = ("firefox-esr", "firefox")
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
SCHEMES: dict[Scheme, int] = {"dark": 0, "light": 1}
QUIET = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
"""Preferences that keep Firefox from making network requests when it starts."""


class Firefox:
    """The only window of a running Firefox."""

    def __init__(self, socket: websocket.WebSocket) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._command("session.new", {"capabilities": {}})
        # In Firefox's first tab the address bar keeps the focus, so the page gets no keys.
        self._context = self._command("browsingContext.create", {"type": "tab"})["context"]
        viewport = {"width": WIDTH, "height": HEIGHT}
        self._here("browsingContext.setViewport", viewport=viewport)

    def open(self, url: str) -> None:
        self._here("browsingContext.navigate", url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        # Return the value as JSON text: BiDi has its own value format.
        asked = {
            "expression": f"JSON.stringify({{ value: {expression} }})",
            "target": {"context": self._context},
            "awaitPromise": True,
        }
        found = self._command("script.evaluate", asked)
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"]).get("value")

    def press(self, key: str) -> None:
        self._here("input.performActions", actions=key_actions(key))

    def click(self, x: float, y: float) -> None:
        self._here("input.performActions", actions=click_actions(x, y))

    def _here(self, method: str, **parameters: Any) -> Any:
        return self._command(method, {"context": self._context, **parameters})

    def _command(self, method: str, parameters: dict[str, Any]) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (reply := json.loads(self._socket.recv())).get("id") != number:
            continue  # skip events
        assert reply["type"] == "success", f"{method}: {reply}"
        return reply["result"]


@contextmanager
def launch(scheme: Scheme) -> Iterator[Firefox]:
    """Start Firefox with a new profile. Raises NotHere if Firefox is not installed."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        raise NotHere("no Firefox found; `make browsers` tries to install one")
    with tempfile.TemporaryDirectory(prefix="sayso-firefox-") as folder:
        profile, log = Path(folder, "profile"), Path(folder, "log")
        profile.mkdir()
        settings = {**QUIET, "layout.css.prefers-color-scheme.content-override": SCHEMES[scheme]}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in settings.items()]
        (profile / "user.js").write_text("\n".join(lines))
        options = ["--headless", "--no-remote", "--profile", str(profile)]
        process = spawn([path, *options, "--remote-debugging-port", "0"], log=log, env=None)
        try:
            until(lambda: LISTENS.search(log.read_text()))
            address = LISTENS.findall(log.read_text())[0]
            with closing(_connected(f"{address}/session")) as socket:
                yield Firefox(socket)
        finally:
            stop(process)


def _connected(address: str) -> websocket.WebSocket:
    # Firefox takes a client that sends an Origin for a page, and pages may not drive it.
    return websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
