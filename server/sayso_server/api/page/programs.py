"""Which user agents are programs: nobody who could answer sits before them.

Told by what a program says of itself: crawlers by a kept list, test runners and drivers of browsers
by their names, HTTP libraries by theirs, and whoever says nothing. A person's app that has a user
agent of its own (a web view, Electron with the app's name) is none. `navigator.webdriver` is not
looked at: a host's own tests in a browser are to see what a visitor sees.
"""

import re
from functools import lru_cache

from crawleruseragents import is_crawler

# Anywhere in the text: they put their name into that of the browser they drive.
_DRIVERS = re.compile(
    r"\b(?:headless\w*|cypress|nightmare|testcafe|playwright|puppeteer|selenium|webdriver|chromedriver"
    r"|phantomjs|slimerjs|casperjs|zombie\.js|htmlunit|jsdom|happydom|electron-mocha|jest-electron"
    r"|karma-electron)\b",
    re.IGNORECASE,
)
# As the first word: libraries and runtimes that call without a browser, and slips of who calls.
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
    """Whether nobody would see a popup there."""
    return (
        not _WORD.search(agent)
        or bool(_DRIVERS.search(agent))
        or bool(_CALLERS.match(agent.strip()))
        or _is_nameless_electron(agent)
        or is_crawler(agent)
    )


def _is_nameless_electron(agent: str) -> bool:
    """Electron writes the app's name and version before its own; a script that it merely runs, as a
    test runner's, has none."""
    products = set(_PRODUCT.findall(agent))
    return "Electron" in products and products <= _OF_ELECTRON
