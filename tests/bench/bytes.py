"""What a page loads, as the server sends it: raw, gzip 9, brotli 11."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import brotli

from sayso_server.api.page.script import RULES, compact
from tests.bench.parent_commit import PARENT, widget_of_parent
from tests.bench.tables import Figure, NotMeasured, at_most

ROOT = Path(__file__).resolve().parents[2]
THREE_SURVEYS = "widget/test/three_surveys.json"
STATIC = "server/sayso_server/static/widget"
BUDGET_BEFORE = 3_900  # before any trigger
BUDGET_UNTIL_POPUP = 8_900  # all code until a popup
FURTHER = {
    "offline": "when a popup opens",
    "leftover": "where an invitation is left over from an earlier page",
    "show": "only by sayso.show()",
    "routes": "only in browsers without the Navigation API",
    "zone": "only where the project has quiet hours",
    "quiet": "where a quick look finds a reason for it, and once a popup is open",
    "datalayer": "only for a tag with data-datalayer",
    "kinds": "only for a survey that asks more than the three scores",
    "flow": "only for a survey that branches, repeats answers, is long or leads on",
    "resume": "once a second question is asked",
    "aside": "once a popup has opened",
    "tags": "once the address has changed, or another tag has come",
    "live": "only where a backend may ask",
    "moments": "only where rules have some",
    "embed": "only on pages that may have a survey in their midst",
    "inline": "only once such a survey is asked",
    "button": "only on pages that have the button",
    "debug": "only by sayso.debug()",
    "receipt": "only for who asks why",
    "answer": "only on the page of a receipt's link",
}


Files = dict[str, bytes]
"""The widget's files by their names in the manifest."""


def measure() -> Iterator[Figure]:
    """The loader with the page rules of three surveys, the popup, and the optional files, each
    beside its size at the parent commit."""
    try:
        now = _loaded(ROOT)
    except FileNotFoundError as error:
        raise NotMeasured("the widget is not built; `make widget` builds it") from error
    was, why_not = _before()
    first, second = len(_brotli(now["loader"])), len(_brotli(now["popup"]))
    besides = _besides("loader", now, was)
    yield at_most("loader with 3 surveys' rules", first, BUDGET_BEFORE, "B", besides)
    besides = _besides("popup", now, was)
    yield Figure("popup: NPS, CSAT, CES, comment, thanks", f"{second:,} B", besides=besides)
    yield at_most("all code until a popup", first + second, BUDGET_UNTIL_POPUP, "B")
    for name, when in FURTHER.items():
        size = f"{len(_brotli(now[name])):,} B"
        yield Figure(f"{name}, {when}", size, besides=_besides(name, now, was))
    for name in sorted(set(was) - set(now)):
        yield Figure(name, "gone", besides=f"was {len(_brotli(was[name])):,} B")
    if why_not:
        yield Figure(f"against {PARENT}", "not measured", besides=why_not)


def _before() -> tuple[Files, str]:
    """The parent commit's files, or the reason why they are unavailable."""
    try:
        with widget_of_parent() as tree:
            return _loaded(tree), ""
    except NotMeasured as error:
        return {}, str(error)


def _loaded(tree: Path) -> Files:
    """The built files of this tree. The loader contains rules as the server writes them."""
    static = tree / STATIC
    names = json.loads((static / "manifest.json").read_text())
    found = {name: (static / file).read_bytes() for name, file in names.items()}
    rules = compact(json.loads((tree / THREE_SURVEYS).read_text()))
    return {**found, "loader": found["loader"].replace(RULES.encode(), rules.encode())}


def _besides(name: str, now: Files, was: Files) -> str:
    text = now[name]
    others = f"raw {len(text):,} B, gzip {len(gzip.compress(text, 9, mtime=0)):,} B"
    if not was:
        return others
    if name not in was:
        return f"new; {others}"
    before, after = (len(_brotli(one[name])) for one in (was, now))
    return f"{before:,} → {after:,} B ({after - before:+,}); {others}"


def _brotli(text: bytes) -> bytes:
    return bytes(brotli.compress(text, quality=11))
