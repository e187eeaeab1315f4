"""Random histories of visitors, and what each visitor saw. One script runs several at a time, each
in its own browser context."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Response

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import popup

NOT_SEEN, SEEN = 0.8, 1.4
"""Seconds in sight. A popup counts as shown after one second; in between, both are accepted."""
ANSWERED_AFTER = 0.6
"""Seconds until a popup takes clicks, with a margin."""

EVENTS = ("bought", "carted", "undone", "opened")
CLICKS = ("Close", "Ask me later", "answer", "answer", "answer and close")

WATCH = """
const seen = new Map();
setInterval(() => {
  const host = document.querySelector("sayso-survey");
  if (!host?.isConnected || document.hidden) return;
  const one = seen.get(host) ?? {
    popup: crypto.randomUUID(),
    title: host.shadowRoot.querySelector("#title")?.textContent,
    since: performance.now(),
  };
  seen.set(host, one);
  sawPopup(one.popup, one.title, performance.now() - one.since);
}, 100);
"""
"""Reports ten times a second which popup is in the page, and for how long it has been there."""


@dataclass
class Popup:
    """One popup on one page."""

    invitation: str
    seconds: float = 0.0


@dataclass
class Watched:
    """What a visitor saw and did, by invitation."""

    surveys: dict[str, str]
    """Survey by the title of its first question. A popup with another title is on a later step."""
    given: dict[str, str] = field(default_factory=dict)
    """Survey by invitation, as *decide* returned them."""
    popups: dict[str, Popup] = field(default_factory=dict)
    did: dict[str, str] = field(default_factory=dict)
    _latest: dict[str, str] = field(default_factory=dict)
    _current: str | None = None
    _reading: int = 0
    """Number of *decide* replies that have arrived and are not read yet."""

    def decided(self, response: Response) -> None:
        """If this is a reply from *decide*, record its invitation."""
        if not response.url.endswith("/decide"):
            return
        self._reading += 1
        with suppress(Error):  # the visitor left the page before the reply was read
            ask = response.json()["ask"]
            if ask:
                survey = ask["survey"]["id"]
                self.given[ask["invitation"]] = survey
                self._latest[survey] = ask["invitation"]
        self._reading -= 1

    def saw(self, popup_id: str, title: str, milliseconds: float) -> None:
        """Record a popup in the page. On later steps it has the title of another question."""
        if popup_id not in self.popups:
            if self._reading:
                return  # the script reports it again, after the invitation is known
            survey = self.surveys.get(title)
            invitation = self._latest[survey] if survey else self._current
            assert invitation is not None, f"nobody asked {title!r}"
            self.popups[popup_id] = Popup(invitation)
        here = self.popups[popup_id]
        here.seconds = milliseconds / 1_000
        self._current = here.invitation

    @property
    def current(self) -> str:
        """The invitation of the popup that was seen last."""
        assert self._current is not None
        return self._current

    def seen(self, seconds: float) -> set[str]:
        """Invitations that were in sight for this long, or were answered or closed."""
        long = {one.invitation for one in self.popups.values() if one.seconds >= seconds}
        return long | self.did.keys()

    def states(self, of: set[str]) -> Counter[tuple[str, str]]:
        """Count the final states of these invitations by survey."""
        return Counter((self.given[one], self.did.get(one, "shown")) for one in of)


class Visit:
    """One visitor's history. Each step yields the seconds to wait before the next."""

    def __init__(
        self, context: BrowserContext, host: HostSite, project: Project, surveys: dict[str, str]
    ) -> None:
        self.watched = Watched(surveys)
        self._host = host
        self._project = project
        self._context = context
        self._page: Page = context.new_page()
        context.expose_binding("sawPopup", lambda _source, *said: self.watched.saw(*said))
        context.add_init_script(WATCH)
        context.on("response", self.watched.decided)

    def leave(self) -> None:
        """Close the browser context, because an open page costs CPU and memory."""
        self._context.close()

    def steps(self, user: str, seed: int, length: int) -> Iterator[float]:
        """The user's steps, drawn at random from the seed."""
        dice = random.Random(seed)
        self._go(dice, user)
        doings: dict[str, Callable[[], Any]] = {
            "page event": lambda: self._call("track", dice.choice(EVENTS)),
            "backend event": lambda: self._project.track(user, "shipped"),
            "go": lambda: self._go(dice, user),
            "hold": lambda: self._call("hold"),
            "release": lambda: self._call("release"),
            "click": lambda: self._click(dice.choice(CLICKS)),
        }
        weights = (5, 2, 2, 1, 2, 4)
        for _ in range(length):
            doing = dice.choices([*doings], weights)[0]
            doings[doing]()
            yield dice.choice((0.05, 0.3, 0.9, 1.8, 3.0))
        self._call("release")
        yield 2.5
        self._click("Close")
        yield 0.3
        self._page.goto("about:blank")

    def _go(self, dice: random.Random, user: str) -> None:
        path = dice.choice(("/", "/offer", "/other"))
        self._page.goto(self._host.add(f"/{user}{path}", head=self._project.tag(user)))

    def _call(self, name: str, *arguments: str) -> None:
        self._page.evaluate("([name, ...rest]) => sayso[name](...rest)", [name, *arguments])

    def _click(self, on: str) -> None:
        """Click in the popup, if one is open and takes clicks."""
        dialog = popup(self._page)
        if not dialog.count() or not self._settled():
            return
        with suppress(Error):  # the popup may close by itself in between
            if on in ("Close", "Ask me later"):
                self._press(on)
            else:
                self._answer()
            if on == "answer and close":
                self._press("Close")

    def _settled(self) -> bool:
        self._page.wait_for_timeout(ANSWERED_AFTER * 1_000)
        return popup(self._page).count() > 0

    def _press(self, name: str) -> None:
        before = self.watched.did.get(self.watched.current)
        button = popup(self._page).get_by_role("button", name=name, exact=True)
        if before == "completed":
            button.click(timeout=3_000)  # on the thanks step; nothing is sent to the server
            return
        with self._page.expect_response(lambda reply: "/invitations/" in reply.url, timeout=5_000):
            button.click(timeout=3_000)
        ends = {"Close": "dismissed", "Ask me later": "snoozed"}
        self.watched.did[self.watched.current] = before or ends[name]

    def _answer(self) -> None:
        """Choose a score, or skip the question after it."""
        dialog = popup(self._page)
        score = dialog.get_by_role("radio")
        skip = dialog.get_by_role("button", name="Skip", exact=True)
        if not score.count() and not skip.count():
            return  # the thanks step
        button, state = (score.last, "started") if score.count() else (skip, "completed")
        with self._page.expect_response("**/responses", timeout=5_000):
            button.click(timeout=3_000)
        self.watched.did[self.watched.current] = state


def run(visits: list[Iterator[float]], page: Page) -> None:
    """Run all visits concurrently until they end. Waiting on `page` lets browser events arrive."""
    resting = dict.fromkeys(visits, 0.0)
    while resting:
        now = time.monotonic()
        for visit in [visit for visit, until in resting.items() if until <= now]:
            rest = next(visit, None)
            if rest is None:
                del resting[visit]
            else:
                resting[visit] = time.monotonic() + rest
        page.wait_for_timeout(20)
