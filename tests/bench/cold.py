"""From a cold navigation to the popup on a slow line, beside the same page without Sayso."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

from playwright.sync_api import Browser, CDPSession

from sayso_server.api.page.script import SETTLE_SECONDS
from tests.bench import project as bench_project
from tests.bench.latency import WATCH, chromium_until
from tests.bench.server import sayso
from tests.bench.tables import Figure, at_most, median, said, spread
from tests.e2e.host_site import HostSite, serving
from tests.e2e.project import Project

VISITORS = 11
LATENCY = 150  # ms
BITS = 1_600_000  # a second
CPU = 4  # times slower
IDLE = 10_000  # ms
SETTLED = 1_500  # ms after the popup; the page reports it as shown within this time

BUDGET_IN_SERIES = 2
BUDGET_IDLE = 0.0
PEER = 2_152.0  # ms; PostHog Surveys on the same line, see FIELD
TEXT = "<p>" + "The page has something to read. " * 400

# Observe from the start, because the popup may appear before the page's `load` event.
SEE = f"""{WATCH}
window.seen = new Promise((resolve) => new MutationObserver(() => {{
  if (document.querySelector("sayso-survey")) resolve(popupSeen());
}}).observe(document, {{ childList: true, subtree: true }}));
"""
CALLS = """(seen) => performance.getEntriesByType("resource")
  .filter(({ name, responseEnd }) => /\\/v1\\//.test(name) && responseEnd <= seen)
  .map(({ startTime, responseEnd }) => [startTime, responseEnd])"""
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"

NOTES = (
    f"{VISITORS} fresh visitors each, in turns, nothing cached, medians; a page view asks.",
    f"{LATENCY} ms, {BITS / 1e6:.1f} Mbit/s, CPU ÷ {CPU}.",
    "No page has to settle first (settle_seconds 0), but in the figure for its own `load`.",
    "Script and tasks are the main thread's, by CDP's Performance metrics.",
)

Sample = dict[str, float]


def measure() -> Iterator[Figure]:
    """Visits with and without the tag in turns, then both pages idle."""
    with ExitStack() as running:
        chromium = chromium_until(running)
        server = running.enter_context(sayso())
        host = running.enter_context(serving())
        project = bench_project.prepare(server, host.origin)
        running.enter_context(closing(project.client))
        project.survey("nps", kind="page_view")
        usual = bench_project.prepare(server, host.origin)
        running.enter_context(closing(usual.client))
        usual.policy(settle_seconds=SETTLE_SECONDS)
        tags = {"plain": "", "tagged": project.tag(), "usual": usual.tag()}
        found: dict[str, list[Sample]] = {name: [] for name in tags}
        for number in range(VISITORS):
            for name, tag in tags.items():
                url = host.add(f"/{name}/{number}", TEXT, head=tag)
                found[name].append(_visit(chromium, url, asked=name == "tagged"))
        yield from _of(found)
        yield from _at_rest(chromium, host, project)


def _of(found: dict[str, list[Sample]]) -> Iterator[Figure]:
    def of(visits: str, what: str) -> float:
        return median([one[what] for one in found[visits]])

    def added(what: str, by: str = "tagged") -> float:
        return of(by, what) - of("plain", what)

    seen = [one["seen"] for one in found["tagged"]]
    what = "navigation → popup seen"
    yield Figure(what, said(median(seen), "ms"), f"peer {said(PEER, 'ms')}", besides=_spread(seen))
    after = median(seen) - of("plain", "loaded")
    yield Figure("  after the page without Sayso has loaded", said(after, "ms"))
    settling = f"asked at once {said(added('loaded'), 'ms')}"
    late = said(added("loaded", by="usual"), "ms")
    yield Figure("added to the page's own load", late, besides=settling)
    yield Figure("added script", said(added("ScriptDuration"), "ms"))
    yield Figure("added tasks", said(added("TaskDuration"), "ms"))
    yield Figure("added bytes on the line", said(added("bytes"), "B"))
    yield Figure("added requests until shown", said(added("requests"), "requests"))
    in_series = max(one["in series"] for one in found["tagged"])
    yield at_most("  of them in series until seen", in_series, BUDGET_IN_SERIES, "requests")


def _visit(chromium: Browser, url: str, *, asked: bool) -> Sample:
    with closing(chromium.new_context()) as context:
        context.add_init_script(SEE)
        page = context.new_page()
        line = context.new_cdp_session(page)
        sizes: list[float] = []
        line.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
        _slow_down(line)
        page.goto(url)
        found: Sample = {"loaded": page.evaluate(LOADED), "in series": 0}
        if asked:
            found["seen"] = page.evaluate("async () => (await seen).at")
            found["in series"] = _in_series(page.evaluate(CALLS, found["seen"]))
        page.wait_for_timeout(SETTLED)
        return found | _main_thread(line) | {"bytes": sum(sizes), "requests": len(sizes)}


def _slow_down(line: CDPSession) -> None:
    line.send("Network.enable")
    line.send("Performance.enable")
    line.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    speed = {"downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8}
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY, **speed})


def _main_thread(line: CDPSession) -> Sample:
    """The main thread's script and task time so far, in milliseconds."""
    metrics: list[dict[str, Any]] = line.send("Performance.getMetrics")["metrics"]
    wanted = ("ScriptDuration", "TaskDuration")
    return {one["name"]: 1_000 * one["value"] for one in metrics if one["name"] in wanted}


def _in_series(calls: list[tuple[float, float]]) -> int:
    """The length of the longest chain of calls that each began after the previous one ended."""
    longest, free = 0, -1.0
    for start, end in sorted(calls, key=lambda call: call[1]):
        if start >= free:
            longest, free = longest + 1, end
    return longest


def _at_rest(chromium: Browser, host: HostSite, project: Project) -> Iterator[Figure]:
    """An idle page with an open popup and an open stream."""
    rest: dict[str, Sample] = {}
    for name, tag in {"plain": "", "tagged": project.tag()}.items():
        with closing(chromium.new_context()) as context:
            page = context.new_page()
            line = context.new_cdp_session(page)
            line.send("Performance.enable")
            page.goto(host.add(f"/rest/{name}", TEXT, head=tag))
            page.wait_for_timeout(2 * SETTLED)
            before = _main_thread(line)
            page.wait_for_timeout(IDLE)
            rest[name] = {key: value - before[key] for key, value in _main_thread(line).items()}
    script = rest["tagged"]["ScriptDuration"] - rest["plain"]["ScriptDuration"]
    tasks = said(rest["tagged"]["TaskDuration"], "ms")
    without = said(rest["plain"]["TaskDuration"], "ms")
    besides = f"tasks {tasks}, without Sayso {without}"
    yield at_most(f"script in {IDLE // 1_000} s at rest", script, BUDGET_IDLE, "ms", besides)


def _spread(values: list[float]) -> str:
    return spread(values, "ms").replace("rounds", "visitors")
