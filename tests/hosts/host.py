"""A page that we did not write, and its URL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import BrowserContext, Cookie, Route

from tests.e2e.visitor import until
from tests.servers import spawn, stop

TAG = re.compile(r"<script\b[^>]*/sayso\.js[^>]*></script>")
ELSEWHERE = re.compile(r"^https?://(?!localhost[:/])")


@dataclass(frozen=True)
class Host:
    """A host's page. `ready` is a selector for an element that a complete page contains."""

    url: str
    ready: str = "body"
    cookies: tuple[Cookie, ...] = ()

    def enter(self, context: BrowserContext) -> None:
        """Set the visitor's cookies. Requests to other servers get an empty reply."""
        context.add_cookies([{**cookie} for cookie in self.cookies])  # type: ignore[typeddict-item]
        context.route(ELSEWHERE, lambda route: route.fulfill(body="", content_type="text/css"))

    def without_tag(self, context: BrowserContext) -> None:
        """Serve the same page without the tag."""

        def strip(route: Route) -> None:
            reply = route.fetch()
            text, count = TAG.subn("", reply.text())
            assert count == 1, f"{self.url} has {count} tags"
            route.fulfill(response=reply, body=text)

        context.route(re.compile(f"^{re.escape(self.url)}$"), strip)


@contextmanager
def process(command: list[str], probe: str, folder: Path, env: Mapping[str, str]) -> Iterator[None]:
    """Run a host's own server until the end of the block; `probe` is a URL that it serves."""
    log = folder / "log"
    child = spawn(command, log=log, env=env, cwd=folder)

    def answers() -> bool:
        assert child.poll() is None, log.read_text()
        return _is_served(probe)

    try:
        until(answers)
        yield
    finally:
        stop(child)


def _is_served(url: str) -> bool:
    try:
        urlopen(url, timeout=5).close()  # noqa: S310  # a loopback address
    except (URLError, OSError):
        return False
    return True
