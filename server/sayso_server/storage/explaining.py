"""Each rule of each live survey held against one person, here and now."""

from dataclasses import dataclass, replace

from sayso_server.decision.decisions import Check
from sayso_server.decision.eligibility import explain_latest, in_order
from sayso_server.decision.facts import Page, Person
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage import past
from sayso_server.storage.directory import Live
from sayso_server.storage.people import Known
from sayso_server.storage.situations import NOBODY, meet, situation
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


def explain(tx: Transaction, live: Live, known: Known | None, page: Page | None) -> list[Explained]:
    """How every live survey stands for the person; `known` is None for somebody never seen."""
    at = situation(tx, meet(tx, known or NOBODY), live, live.rules, page=page)
    person = _with_latest(tx, live, at.person, known or NOBODY)
    at = replace(at, person=person)
    return [
        Explained(survey, explain_latest(survey, at, live.policy))
        for survey in in_order(live.rules)
    ]


def _with_latest(tx: Transaction, live: Live, person: Person, known: Known) -> Person:
    """With the latest event that could have started each survey."""
    started = {survey.trigger.event: 1 for survey in live.rules if survey.trigger.event}
    latest = past.recent(tx, known.id, started, started)
    whole = {name: (*last, *person.recent.get(name, ())[1:]) for name, last in latest.items()}
    return replace(person, recent={**person.recent, **whole})
