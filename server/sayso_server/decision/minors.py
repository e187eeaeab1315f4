"""People whose attribute `minor` is true are never asked for text or contact details."""

from collections.abc import Iterable, Mapping
from typing import Any

from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Situation
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import EVERYONE, Policy, SurveyRules

MINOR = "minor"
WORDY = frozenset({"comment", "text", "contact"})  # kinds of questions that are answered in words


def is_minor(attributes: Mapping[str, Any]) -> bool:
    """Whether the person is marked as a minor."""
    return attributes.get(MINOR) is True


def all_wordy(kinds: Iterable[str]) -> bool:
    """Whether a minor would be left without a question."""
    return all(kind in WORDY for kind in kinds)


def minor(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """A minor would have at least one question left."""
    if not survey.wordy:
        return None
    return Check(Reason.MINOR, not is_minor(at.person.attributes))
