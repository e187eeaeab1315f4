"""Detects bots, which cannot answer a survey, by their user agent.

A maintained list detects crawlers. Names in the user agent detect test runners, browser drivers and
HTTP libraries. An empty user agent counts as a bot. Apps with their own user agent (a web view,
Electron with the app's name) do not count as bots. `navigator.webdriver` is not checked, so that a
host's browser tests see the same as a visitor.
"""

import re
from functools import lru_cache

from crawleruseragents import is_crawler

# Matched anywhere: drivers add their name to the browser's user agent.
_DRIVERS = re.compile(
    r"\b(?:headless\w*|cypress|nightmare|testcafe|playwright|puppeteer|selenium|webdriver|chromedriver"
    r"|phantomjs|slimerjs|casperjs|zombie\.js|htmlunit|jsdom|happydom|electron-mocha|jest-electron"
    r"|karma-electron)\b",
    re.IGNORECASE,
)
# Matched at the start: HTTP libraries and runtimes, and mistakes such as "undefined".
_CALLERS = re.compile(
    r"(?:python|urllib|node|undici|deno|bun|java|dart|ruby|perl|php|guzzlehttp|postmanruntime"
    r"|insomnia|null|none|undefined)(?=[/-]|$)",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"([\w.@-]+)/[\d.]+")
_OF_ELECTRON = frozenset({"Mozilla", "AppleWebKit", "Chrome", "Electron", "Safari"})
_WORD = re.compile(r"[^\W\d_]{2}")


@lru_cache(maxsize=2_048)
def is_program(agent: str) -> bool:
    """Whether the user agent belongs to a bot."""
    return (
        not _WORD.search(agent)
        or bool(_DRIVERS.search(agent))
        or bool(_CALLERS.match(agent.strip()))
        or _is_nameless_electron(agent)
        or is_crawler(agent)
    )


def _is_nameless_electron(agent: str) -> bool:
    """Whether Electron runs a script without an app, as test runners do: apps have their own name
    and version in the user agent."""
    products = set(_PRODUCT.findall(agent))
    return "Electron" in products and products <= _OF_ELECTRON
