"""In every language the built-in texts fit on the smallest phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from sayso_server.texts import LANGUAGES
from tests.e2e.built_in_surveys import surveys

HERE = Path(__file__).parent
STATIC = files("sayso_server").joinpath("static", "widget")
SMALLEST = {"width": 320, "height": 568}
CRAMPED = HERE.joinpath("cramped.js").read_text()
# In these languages a line may break between any two letters.
ANYWHERE = ("ja", "zh")
WALK = f"""async ({{ asked, language, unbroken }}) => {{
  const cramped = {CRAMPED};
  const found = [];
  for (const [name, survey] of Object.entries(asked)) {{
    const look = (step, box) => found.push(
      ...cramped(box, {{ language, unbroken }}).map((told) => `${{name}}, ${{step}}: ${{told}}`));
    const score = ["nps", "csat", "ces"].includes(name);
    for (const place of score ? [0, 2, 4, 8, 10] : [0]) {{
      const box = ask(survey);
      look("asked", box);
      const points = box.querySelectorAll("[role=radio]");
      if (score) {{
        if (!points[place]) continue;
        points[place].click();
        look(`comment after ${{place}}`, box);
        seeStep();
        box.querySelector(".send").click();
        look("thanks", box);
        if (!box.matches(".thanks")) found.push(`${{name}}: no thanks`);
      }} else {{
        const ticks = box.querySelectorAll("[type=checkbox]");
        ticks[ticks.length - 2]?.click();
        for (const field of box.querySelectorAll("[type=email]")) {{
          field.value = "nobody";
          field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }}
        look("used", box);
        box.querySelector(".send:not([hidden])")?.click();
        look("sent", box);
      }}
    }}
  }}
  return found;
}}"""


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on the smallest phone with the popup's served files."""
    page = new_context(viewport=SMALLEST, has_touch=True, reduced_motion="reduce").new_page()
    page.set_content('<!doctype html><html lang="en"><title>Host</title>')
    page.evaluate(HERE.joinpath("bare_popup.js").read_text())
    manifest = json.loads(STATIC.joinpath("manifest.json").read_text())
    for name in ("popup", "kinds"):
        code = STATIC.joinpath(manifest[name]).read_text()
        page.evaluate("([name, code]) => put(name, code)", [name, code])
    return page


def test_no_built_in_text_is_cut_covered_or_broken_on_the_smallest_phone(phone: Page) -> None:
    found = {}
    for language in LANGUAGES:
        given = {
            "asked": surveys(language),
            "language": language,
            "unbroken": not language.startswith(ANYWHERE),
        }
        found[language] = phone.evaluate(WALK, given)
    assert {language: told for language, told in found.items() if told} == {}
