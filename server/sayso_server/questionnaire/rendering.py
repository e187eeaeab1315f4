"""A survey in one language, as a page gets it: plain text, never markup."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sayso_server.questionnaire.kinds import KINDS
from sayso_server.questionnaire.kinds.kind import Reader
from sayso_server.questionnaire.templates import score_of
from sayso_server.questionnaire.theme import properties
from sayso_server.texts import LANGUAGES, builtin, direction, negotiate

VARYING = ("questions", "thanks", "theme")
FURTHER_LABELS = (
    *("next", "required", "which", "at_least", "at_most"),
    *("email_wrong", "phone_wrong", "up", "down", "placed", "progress"),
)


def languages(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages in which the survey can be asked: those of its own titles, or all built-in
    ones where it has none."""
    own = [set(q["title"]) for q in definition["questions"] if q.get("title")]
    return tuple(sorted(set.intersection(*own) or own[0])) if own else LANGUAGES


def choose_language(definition: Mapping[str, Any], wanted: Sequence[str]) -> str:
    """The survey's language for a reader who wants these, best first."""
    return negotiate(wanted, languages(definition))


def with_variant(definition: Mapping[str, Any], name: str | None) -> Mapping[str, Any]:
    """The survey as one of its variants asks it: what the variant says goes first."""
    own = next((one for one in definition.get("variants", ()) if one["name"] == name), None)
    if own is None:
        return definition
    return {**definition, **{key: own[key] for key in VARYING if key in own}}


def render(
    survey_id: UUID, definition: Mapping[str, Any], language: str, luck: str = ""
) -> dict[str, Any]:
    """The survey in `language`, one of its languages, for the person with this luck. The wire's
    `survey` object."""
    texts = builtin(negotiate([language], LANGUAGES))
    questions = definition["questions"]
    reader = Reader(language, texts, score_of(questions), luck)
    rendered: dict[str, Any] = {
        "id": str(survey_id),
        "language": language,
        "direction": direction(language),
        "questions": [_question(question, reader) for question in questions],
        "thanks": _thanks(definition.get("thanks", {}), reader),
        "labels": asdict(texts.labels),
    }
    further = [one for one in questions if KINDS[one["kind"]].further(one)]
    if further:
        rendered["more"] = ["kinds"]
        rendered["labels"] |= {name: getattr(texts.further, name) for name in FURTHER_LABELS}
    if definition.get("theme"):
        rendered["theme"] = properties(definition["theme"])
    return rendered


def _question(question: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    drawn = KINDS[question["kind"]].render(question, reader)
    must = {"required": question["required"]} if "required" in question else {}
    return {"id": question["id"], "kind": question["kind"], **drawn, **must}


def _thanks(own: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    builtin_text = "" if own.get("title") else reader.texts.thanks.text
    return {
        "title": reader.text(own.get("title"), reader.texts.thanks.title),
        "text": reader.text(own.get("text"), builtin_text),
    }
