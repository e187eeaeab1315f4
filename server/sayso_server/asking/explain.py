"""Check every rule of every live survey against one person, now."""

from dataclasses import dataclass, replace

from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.asking.situation import NOBODY, load_person, situation_of
from sayso_server.decision.decisions import Check
from sayso_server.decision.eligibility import explain_latest, in_order
from sayso_server.decision.facts import Page, Person
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.history import person_history
from sayso_server.storage.people.people import KnownPerson


@dataclass(frozen=True, slots=True)
class Explained:
    """A survey and the checks of its rules."""

    survey: SurveyRules
    checks: list[Check]

    @property
    def failure(self) -> Check | None:
        """The first check that failed; its rule is the reason not to ask."""
        return next((check for check in self.checks if not check.passed), None)


def explain(
    tx: Transaction, live: LiveSurveys, known: KnownPerson | None, page: Page | None
) -> list[Explained]:
    """Explain every live survey for the person; `known` is None for an unknown person."""
    at = situation_of(tx, load_person(tx, known or NOBODY), live, live.rules, page=page)
    person = _with_latest(tx, live, at.person, known or NOBODY)
    at = replace(at, person=person)
    return [
        Explained(survey, explain_latest(survey, at, live.policy))
        for survey in in_order(live.rules)
    ]


def _with_latest(tx: Transaction, live: LiveSurveys, person: Person, known: KnownPerson) -> Person:
    """Add the latest event that could have started each survey to the person."""
    started = {survey.trigger.event: 1 for survey in live.rules if survey.trigger.event}
    latest = person_history.recent(tx, known.id, started, started)
    recent = {name: (*last, *person.recent.get(name, ())[1:]) for name, last in latest.items()}
    return replace(person, recent={**person.recent, **recent})
