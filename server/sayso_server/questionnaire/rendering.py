"""Render a survey in one language for a page: plain text, never markup."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sayso_server.decision.minors import WORDY, is_minor
from sayso_server.questionnaire import flow, recall
from sayso_server.questionnaire.kinds import KINDS
from sayso_server.questionnaire.kinds.choice import OTHER
from sayso_server.questionnaire.kinds.kind import Question, Reader
from sayso_server.questionnaire.known import NOBODY, Respondent
from sayso_server.questionnaire.own_texts import languages
from sayso_server.questionnaire.templates import score_of
from sayso_server.questionnaire.theme import properties
from sayso_server.texts import LANGUAGES, builtin, direction, negotiate

VARYING = ("questions", "thanks", "theme")
LONG = 3  # progress is shown from this number of questions
FURTHER_LABELS = (
    *("next", "required", "which", "at_least", "at_most"),
    *("email_wrong", "phone_wrong", "date_wrong", "up", "down", "placed", "progress"),
)


def choose_language(definition: Mapping[str, Any], wanted: Sequence[str]) -> str:
    """The survey's language for a reader who wants these languages, best first."""
    return negotiate(wanted, languages(definition))


def with_variant(definition: Mapping[str, Any], name: str | None) -> Mapping[str, Any]:
    """The survey with the fields of one of its variants, which take precedence."""
    variants = definition.get("variants", ())
    variant = next((variant for variant in variants if variant["name"] == name), None)
    if variant is None:
        return definition
    return {**definition, **{key: variant[key] for key in VARYING if key in variant}}


def reads_the_person(definition: Mapping[str, Any]) -> bool:
    """Whether rendering depends on more of a person than their language and bucket."""
    questions = definition["questions"]
    return (
        any(question["kind"] in WORDY or question.get(OTHER) for question in questions)
        or flow.asks_for_attributes(questions)
        or recall.repeats([questions, definition.get("thanks")], "event")
    )


def render(
    survey_id: UUID, definition: Mapping[str, Any], language: str, known: Respondent = NOBODY
) -> dict[str, Any]:
    """The survey in `language`, one of its languages, for this person: the API's `survey`
    object."""
    texts = builtin(negotiate([language], LANGUAGES))
    asked = asked_of(definition["questions"], known)
    reader = Reader(language, texts, score_of(asked), known.bucket_key)
    rendered: dict[str, Any] = {
        "id": str(survey_id),
        "language": language,
        "direction": direction(language),
        "questions": [_question(question, asked, reader, known) for question in asked],
        "thanks": _thanks(definition.get("thanks", {}), reader),
        "labels": asdict(texts.labels),
    }
    for name in ("questions", "thanks"):
        rendered[name] = recall.filled(rendered[name], known.event)
    more = _more(definition, asked)
    if more:
        rendered["more"] = more
        rendered["labels"] |= {name: getattr(texts.further, name) for name in FURTHER_LABELS}
    if definition.get("theme"):
        rendered["theme"] = properties(definition["theme"])
    return rendered


def asked_of(questions: Sequence[Question], known: Respondent) -> list[Question]:
    """The questions that this person is asked; minors get no questions answered in words."""
    if not is_minor(known.attributes):
        return list(questions)
    return [{**question, OTHER: False} for question in questions if question["kind"] not in WORDY]


def _more(definition: Mapping[str, Any], asked: Collection[Question]) -> list[str]:
    """The further files of the widget that the survey needs."""
    kinds = any(KINDS[question["kind"]].further(question) for question in asked)
    return [*(["kinds"] if kinds else []), *(["flow"] if _flows(definition, asked) else [])]


def _flows(definition: Mapping[str, Any], asked: Collection[Question]) -> bool:
    thanks = definition.get("thanks", {})
    return (
        len(asked) >= LONG
        or any("then" in question for question in asked)
        or bool({"by_score", "link", "redirect"} & set(thanks))
        or recall.repeats([*asked, thanks], "answer")
    )


def _question(
    question: Question, asked: Sequence[Question], reader: Reader, known: Respondent
) -> dict[str, Any]:
    rendered = KINDS[question["kind"]].render(question, reader)
    required = {"required": question["required"]} if "required" in question else {}
    then = {"then": flow.ways(question, asked, known)} if "then" in question else {}
    return {"id": question["id"], "kind": question["kind"], **rendered, **required, **then}


def _thanks(own: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    builtin_text = "" if own.get("title") else reader.texts.thanks.text
    rendered: dict[str, Any] = {
        "title": reader.text(own.get("title"), reader.texts.thanks.title),
        "text": reader.text(own.get("text"), builtin_text),
    }
    if "by_score" in own:
        rendered["by_score"] = [
            {
                "max": entry["max"],
                "title": reader.text(entry["title"]),
                "text": reader.text(entry.get("text")),
            }
            for entry in own["by_score"]
        ]
    if "link" in own:
        rendered["link"] = {"label": reader.text(own["link"]["label"]), "url": own["link"]["url"]}
    if "redirect" in own:
        rendered["redirect"] = own["redirect"]
    return rendered
