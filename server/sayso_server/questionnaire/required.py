"""What a survey insists on: no response is complete without it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sayso_server.questionnaire import flow
from sayso_server.questionnaire.answering import put_together
from sayso_server.questionnaire.kinds import KINDS
from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.questionnaire.known import Known
from sayso_server.questionnaire.rendering import asked_of


def insists(definition: Mapping[str, Any]) -> bool:
    """Whether there is such a question at all."""
    return any(question.get("required") for question in definition["questions"])


def missing(
    definition: Mapping[str, Any], parts: Mapping[str, Sequence[Part]], known: Known
) -> list[str]:
    """The required questions on this person's way that are not answered."""
    asked = asked_of(definition["questions"], known)
    said = {one["question"]: one["value"] for one in put_together(definition, parts)}
    found = []
    place = 0
    while place < len(asked):
        question = asked[place]
        enough = KINDS[question["kind"]].enough
        if question.get("required") and not enough(question, parts.get(question["id"], ())):
            found.append(question["id"])
        place = flow.next_place(place, asked, said, known)
    return found
