"""axe-core finds no violation in any kind of question, colour scheme, direction or width."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.every_kind import USED, opened, popup, questions, survey, takes_input

AXE = Path(__file__).parents[2] / "widget/node_modules/axe-core/axe.min.js"
VIOLATIONS = """async () => {
  const box = { fromShadowDom: ["sayso-survey", ".box"] };
  const { violations } = await axe.run(box, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
}"""
NARROW_ENOUGH = "({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth"
# axe cannot decide our contrast, so check it ourselves.
TOO_PALE = Path(__file__).with_name("contrast.js").read_text()
HIGH, WIDE = 44, 24  # px; the minimum size of a target
TOO_SMALL = f"""(box) => [...box.querySelectorAll("button, a, input, textarea")]
  .filter((one) => one.checkVisibility())
  .map((one) => one.closest("label.option") ?? one)
  .filter((one) => one.offsetHeight < {HIGH} || one.offsetWidth < {WIDE})
  .map((one) => one.outerHTML)"""


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced light": {"color_scheme": "light", "forced_colors": "active"},
    "forced dark": {"color_scheme": "dark", "forced_colors": "active"},
}
PARTS = 3
SHORT = {
    ("light", "ar", 320, 0),
    ("dark", "de", 1280, 1),
    ("forced dark", "ar", 1280, 2),
}  # covers every kind once
EVERY = [
    pytest.param(*one, marks=() if one in SHORT else pytest.mark.proof)
    for one in product(LOOKS, ("de", "ar"), (320, 1280), range(PARTS))
]


@pytest.mark.parametrize(("look", "language", "width", "part"), EVERY)
def test_every_kind_is_accessible_and_fits(
    new_context: Callable[..., BrowserContext], look: str, language: str, width: int, part: int
) -> None:
    found: dict[str, Any] = {}
    for kind, question in [*questions(language).items()][part::PARTS]:
        # Bypass the page's policy to inject axe.
        context = new_context(
            viewport={"width": width, "height": 720},
            bypass_csp=True,
            reduced_motion="reduce",
            **LOOKS[look],
        )
        page = opened(context, survey(language, question))
        page.add_script_tag(path=AXE)
        found[kind] = problems(page)
        if kind in USED:
            USED[kind](takes_input(page))
            page.wait_for_timeout(200)  # transitions have ended
            found[f"{kind}, used"] = problems(page)
        context.close()
    assert {kind: told for kind, told in found.items() if told} == {}


def problems(page: Page) -> list[str]:
    """axe violations, low contrast, targets that are too small, and horizontal overflow."""
    told: list[str] = page.evaluate(VIOLATIONS)
    box = popup(page)
    told += box.evaluate(TOO_PALE)
    told += box.evaluate(TOO_SMALL)
    if not box.locator(".body").evaluate(NARROW_ENOUGH):
        told.append("wider than its box")
    return told
