"""What a page loads, as the server sends it: raw, gzip 9, brotli 11."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import brotli

from sayso_server.api.page.script import RULES, compact
from tests.bench.tables import Figure, NotMeasured, at_most

THREE_SURVEYS = Path(__file__).resolve().parents[2] / "widget/test/three_surveys.json"
BUDGET_BEFORE = 3_500  # before any trigger
BUDGET_UNTIL_POPUP = 8_000  # all code until a popup
FURTHER = {
    "offline": "when a popup opens",
    "leftover": "where an invitation is left over from an earlier page",
    "show": "only by sayso.show()",
    "routes": "only in browsers without the Navigation API",
    "zone": "only where the project has quiet hours",
    "quiet": "only where something on the page may want to be left alone",
    "datalayer": "only for a tag with data-datalayer",
    "kinds": "only for a survey that asks more than the three scores",
    "flow": "only for a survey that branches, repeats answers, is long or leads on",
    "resume": "once a second question is asked",
    "aside": "once a popup has opened",
    "live": "only where a backend may ask",
    "moments": "only where rules have some",
    "debug": "only by sayso.debug()",
    "receipt": "only for who asks why",
    "answer": "only on the page of a receipt's link",
}


def measure() -> Iterator[Figure]:
    """The loader with the page rules of three surveys, the popup, and what few pages need."""
    static = files("sayso_server").joinpath("static", "widget")
    try:
        names = json.loads(static.joinpath("manifest.json").read_text())
    except FileNotFoundError as error:
        raise NotMeasured("the widget is not built; `make widget` builds it") from error
    rules = compact(json.loads(THREE_SURVEYS.read_text()))  # as the server writes them
    loader = static.joinpath(names["loader"]).read_text().replace(RULES, rules).encode()
    popup = static.joinpath(names["popup"]).read_text().encode()
    first, second = len(_brotli(loader)), len(_brotli(popup))
    yield at_most("loader with 3 surveys' rules", first, BUDGET_BEFORE, "B", _others(loader))
    yield Figure("popup: NPS, CSAT, CES, comment, thanks", f"{second:,} B", besides=_others(popup))
    yield at_most("all code until a popup", first + second, BUDGET_UNTIL_POPUP, "B")
    for name, when in FURTHER.items():
        code = static.joinpath(names[name]).read_text().encode()
        yield Figure(f"{name}, {when}", f"{len(_brotli(code)):,} B", besides=_others(code))


def _brotli(text: bytes) -> bytes:
    return bytes(brotli.compress(text, quality=11))


def _others(text: bytes) -> str:
    return f"raw {len(text):,} B, gzip {len(gzip.compress(text, 9, mtime=0)):,} B"
