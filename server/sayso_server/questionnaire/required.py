"""Required questions: without their answers no response is complete."""

from collections.abc import Mapping, Sequence
from typing import Any

from sayso_server.questionnaire import flow
from sayso_server.questionnaire.answering import put_together
from sayso_server.questionnaire.kinds import KINDS
from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.questionnaire.known import Respondent
from sayso_server.questionnaire.rendering import asked_of


def insists(definition: Mapping[str, Any]) -> bool:
    """Whether the survey has a required question."""
    return any(question.get("required") for question in definition["questions"])


def missing(
    definition: Mapping[str, Any], parts: Mapping[str, Sequence[Part]], known: Respondent
) -> list[str]:
    """The ids of unanswered required questions on this person's path."""
    asked = asked_of(definition["questions"], known)
    given = put_together(definition, parts)
    answers = {answer["question"]: answer["value"] for answer in given}
    unanswered = []
    index = 0
    while index < len(asked):
        question = asked[index]
        enough = KINDS[question["kind"]].enough
        if question.get("required") and not enough(question, parts.get(question["id"], ())):
            unanswered.append(question["id"])
        index = flow.next_index(index, asked, answers, known)
    return unanswered
