"""Each rule of each live survey held against one person, here and now."""

from dataclasses import dataclass, replace

from sayso_server.decision.decisions import Check
from sayso_server.decision.eligibility import explain_latest, in_order
from sayso_server.decision.facts import Page, Situation
from sayso_server.decision.rules import Needs, SurveyRules
from sayso_server.storage import invitations, past, quotas
from sayso_server.storage.directory import Live
from sayso_server.storage.people import Known
from sayso_server.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Explained:
    """A survey and how its rules stand."""

    survey: SurveyRules
    checks: list[Check]

    @property
    def failure(self) -> Check | None:
        """What speaks against asking first."""
        return next((check for check in self.checks if not check.passed), None)


def explain(
    tx: Transaction, live: Live, known: Known | None, page: Page | None, zone: str | None
) -> list[Explained]:
    """How every live survey stands for the person; `known` is None for somebody never seen."""
    at = _situation(tx, live, known, page, zone)
    return [
        Explained(survey, explain_latest(survey, at, live.policy))
        for survey in in_order(live.rules)
    ]


def _situation(
    tx: Transaction, live: Live, known: Known | None, page: Page | None, zone: str | None
) -> Situation:
    if known is None:
        nobody = Situation(past.NOBODY, tx.now, page=page)
        return replace(nobody, zone=past.zone_of(nobody.person, zone, live.policy))
    asks = tuple(invitations.as_ask(row) for row in invitations.asks_of(tx, known.id))
    person = past.read(tx, known, asks, _needs(live))
    return Situation(
        person,
        tx.now,
        page=page,
        zone=past.zone_of(person, zone, live.policy),
        full=quotas.full(tx, live.rules),
    )


def _needs(live: Live) -> Needs:
    """What the rules read, and the latest event that could have started each."""
    needs = live.needs(live.rules)
    started = {survey.trigger.event: 1 for survey in live.rules if survey.trigger.event}
    return replace(needs, recent={**started, **needs.recent})
