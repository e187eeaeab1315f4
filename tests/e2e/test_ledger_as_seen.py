"""The ledger, the export and the report, compared with what visitors saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.histories import NOT_SEEN, SEEN, Visit, run
from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import until

AT_ONCE = 16
MANY = 200
ASKED = {"asked", "opened_by_hand", "embedded"}
ENDS = ASKED | {"cancelled", "expired"}
AGAIN = {"again_after_days": dict.fromkeys(("answered", "dismissed", "snoozed", "ignored"), 0)}

SURVEYS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "Bought?": ("csat", {"event": "bought"}, {"ask_within": 4, "priority": 1}),
    "Second?": ("ces", {"event": "bought"}, {"ask_within": 9}),
    "Carted?": (
        "nps",
        {"event": "carted", "delay": 2, "cancel_on": ["undone"]},
        {"ask_within": 5},
    ),
    "Opened?": ("csat", {"event": "opened", "unless": {"event": "undone", "within": 1}}, {}),
    "Offer?": ("ces", {"kind": "page_view", "url": {"match": "contains", "value": "/offer"}}, {}),
    "Shipped?": ("nps", {"event": "shipped", "from": "backend"}, {"ask_within": 3}),
}
"""Surveys by the title of the first question. They cover every way an invitation can end."""


def publish(project: Project, title: str) -> str:
    template, trigger, more = SURVEYS[title]
    score = {"id": "score", "kind": template, "title": title}
    comment = {"id": "comment", "kind": "comment", "title": "Why?"}
    definition = {
        "name": title,
        "questions": [score, comment],
        "trigger": trigger,
        "throttle": {"cool_down_days": 0, **AGAIN},
        "ask_within": 6,
        **more,
    }
    survey: str = project.call("POST", "surveys", definition)["id"]
    project.call("POST", f"surveys/{survey}/publish")
    return survey


@pytest.mark.parametrize(
    ("histories", "length"),
    [
        (6, 6),
        pytest.param(208, 12, marks=[pytest.mark.proof, pytest.mark.timeout(3600)]),
    ],
)
def test_the_ledger_says_what_was_seen(
    host: HostSite,
    project: Project,
    new_context: Callable[..., BrowserContext],
    page: Page,
    histories: int,
    length: int,
) -> None:
    surveys = {title: publish(project, title) for title in SURVEYS}
    visits: dict[str, Visit] = {}
    for first in range(0, histories, AT_ONCE):
        some = {
            f"u_{n}": Visit(new_context(), host, project, surveys)
            for n in range(first, min(first + AT_ONCE, histories))
        }
        run([visit.steps(user, int(user[2:]), length) for user, visit in some.items()], page)
        for settled in [*visits.values()][-AT_ONCE:]:  # none of these visits runs any more
            settled.leave()
        visits |= some
    differences = {
        user: found
        for user, visit in visits.items()
        if (found := difference(project, user, visit, page))
    }
    assert differences == {}
    ledgers = [project.decisions(user) for user in visits]
    asked = Counter(one["survey"] for rows in ledgers for one in rows if one["reason"] in ASKED)
    assert {one: project.report(one)["counts"]["shown"] for one in surveys.values()} == {
        one: asked[one] for one in surveys.values()
    }
    # Make sure that the histories cover the outcomes that they are meant to.
    reasons = Counter(one["reason"] for rows in ledgers for one in rows)
    ends = Counter(end for visit in visits.values() for end in visit.watched.did.values())
    assert reasons["asked"] >= histories
    assert {"queued", "asked"} <= reasons.keys()
    if histories >= MANY:
        assert {"expired", "cancelled", "waits"} <= reasons.keys()
        assert {"started", "completed", "dismissed", "snoozed"} == ends.keys()


def difference(project: Project, user: str, visit: Visit, page: Page) -> dict[str, Any]:
    """Differences between what the visitor saw and the ledger or the export; empty if none."""
    until(lambda: all(is_over(one) for one in project.invitations(user)), page)
    invitations, ledger = project.invitations(user), project.decisions(user)
    lines = Counter((one["survey"], one["reason"]) for one in ledger)
    watched = visit.watched
    least, most = watched.seen(SEEN), watched.seen(NOT_SEEN)
    found: dict[str, Any] = {}
    seen = Counter({one[0]: n for one, n in lines.items() if one[1] in ASKED})
    if not watched_of(watched.given, least) <= seen <= watched_of(watched.given, most):
        found["seen"] = (least, most, seen)
    states = Counter((one["survey_id"], end_in(one)) for one in invitations if one["shown_at"])
    if not watched.states(least) <= states <= watched.states(most):
        found["states"] = (watched.states(least), states)
    ends = Counter((one["survey_id"], end_of(one)) for one in invitations)
    if ends != Counter({one: n for one, n in lines.items() if one[1] in ENDS}):
        found["ends"] = (ends, lines)
    made = Counter(one[0] for one in lines.elements() if one[1] == "queued")
    waited = Counter(
        one["survey"] for one in ledger for _ in range(one["count"]) if one["reason"] == "waits"
    )
    if made + waited != Counter(one["survey_id"] for one in invitations):
        found["made"] = (made, waited)
    return {**found, "given": watched.given} if found else {}


def watched_of(given: dict[str, str], invitations: set[str]) -> Counter[str]:
    return Counter(given[one] for one in invitations)


def is_over(invitation: dict[str, Any]) -> bool:
    return invitation["state"] not in ("queued", "claimed")


def end_in(invitation: dict[str, Any]) -> str:
    """The state, with "ignored" as "shown": a shown invitation without an answer becomes ignored a
    minute later."""
    state = str(invitation["state"])
    return "shown" if state == "ignored" else state


def end_of(invitation: dict[str, Any]) -> str:
    """The reason in the ledger's last line about the invitation."""
    return "asked" if invitation["shown_at"] else str(invitation["state"])
