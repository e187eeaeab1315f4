"""The time from an event to a visible popup, in a real Chromium, with a new visitor each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import project as bench_project
from tests.bench.server import sayso
from tests.bench.tables import Figure, NotMeasured, at_most, median, said, spread
from tests.conftest import CHROMIUM_FLAGS
from tests.e2e.host_site import HostSite, serving
from tests.e2e.project import Project
from tests.e2e.visitor import is_call
from tools import browser as browsers

VISITORS = 12
SETTLED = 400  # ms after loading; by then the page's startup work is done
BUDGET_OURS = 30.0  # ms, without the round trip
BUDGET_BACKEND = 100.0  # ms

WATCH = """
window.popupSeen = () => new Promise((resolve) => {
  const look = () => {
    const popup = document.querySelector("sayso-survey")?.shadowRoot;
    const box = popup?.querySelector("[role=dialog]");
    if (box?.checkVisibility() && box.getBoundingClientRect().height)
      resolve({ at: performance.now(), clock: Date.now() });
    else requestAnimationFrame(look);
  };
  look();
});
"""
"""Resolves at the first frame that shows the popup."""

TRACK = """
async (name) => {
  const began = performance.now();
  sayso.track(name, { total: 99 });
  const { at } = await popupSeen();
  const calls = performance.getEntriesByType("resource");
  const call = calls.find(({ name }) => /decide$/.test(name));
  return { whole: at - began, trip: call.duration, before: call.startTime - began };
}
"""

NOTES = (
    f"SQLite, one worker, nothing pinned; {VISITORS} fresh visitors with an empty cache, medians.",
    "The project lets no page settle first (settle_seconds 0; 3 s by default).",
    "Seen = the first frame in which the popup stands on the page.",
    "The round trip is decide's, by resource timing: the server's work is in it.",
)


def measure() -> Iterator[Figure]:
    """Measure with events from the page, then from its backend."""
    with ExitStack() as running:
        chromium = chromium_until(running)
        server = running.enter_context(sayso())
        host = running.enter_context(serving())
        project = bench_project.prepare(server, host.origin)
        running.enter_context(closing(project.client))
        yield from _from_the_page(chromium, host, project)
        yield from _from_the_backend(chromium, host, project)


def _from_the_page(chromium: Browser, host: HostSite, project: Project) -> Iterator[Figure]:
    def ask(page: Page, _user_id: str) -> dict[str, float]:
        found: dict[str, float] = page.evaluate(TRACK, bench_project.EVENT)
        return found

    samples = _samples(chromium, host, project, ask)
    whole = [sample["whole"] for sample in samples]
    ours = [sample["whole"] - sample["trip"] for sample in samples]
    yield Figure("page: track() → popup seen", said(median(whole), "ms"), besides=_least(whole))
    yield Figure(
        "  of it decide's round trip",
        said(median([sample["trip"] for sample in samples]), "ms"),
        besides=f"sent {said(median([sample['before'] for sample in samples]), 'ms')} after",
    )
    yield at_most("  beside the round trip", median(ours), BUDGET_OURS, "ms", _least(ours))


def _from_the_backend(chromium: Browser, host: HostSite, project: Project) -> Iterator[Figure]:
    def ask(page: Page, user_id: str) -> dict[str, float]:
        page.evaluate("() => { window.seen = popupSeen(); }")
        began = time.time()
        project.client.track(user_id, bench_project.EVENT, {"total": 99})
        seen = page.evaluate("() => window.seen")
        return {"whole": seen["clock"] - 1_000 * began}

    whole = [sample["whole"] for sample in _samples(chromium, host, project, ask)]
    what = "backend: track() → popup seen"
    yield at_most(what, median(whole), BUDGET_BACKEND, "ms", _least(whole))


def _samples(
    chromium: Browser, host: HostSite, project: Project, ask: Callable[[Page, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    found = []
    for number in range(VISITORS):
        user_id = f"u_{ask.__qualname__}_{number}"
        url = host.add(f"/{number}", head=project.tag(user_id))
        with closing(chromium.new_context()) as context:
            context.add_init_script(WATCH)
            page = context.new_page()
            with page.expect_response(is_call("live")):
                page.goto(url)
            page.wait_for_timeout(SETTLED)
            found.append(ask(page, user_id))
    return found


def _least(values: list[float]) -> str:
    return spread(values, "ms").replace("rounds", "visitors")


def chromium_until(running: ExitStack) -> Browser:
    """Start a Chromium that the stack closes. Raises NotMeasured if there is no Chromium."""
    try:
        path = browsers.find()
    except browsers.NoBrowser as error:
        raise NotMeasured(str(error)) from error
    driver = running.enter_context(sync_playwright())
    chromium = driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
    running.callback(chromium.close)
    return chromium
