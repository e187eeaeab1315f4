"""A survey in one language, as a page gets it: plain text, never markup."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sayso_server.questionnaire.templates import LONGEST_COMMENT, PROMPTS, SCORES
from sayso_server.texts import LANGUAGES, Texts, builtin, direction, negotiate

VARYING = ("questions", "thanks", "theme")


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


def render(survey_id: UUID, definition: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The survey in `language`, one of its languages. The wire's `survey` object."""
    texts = builtin(negotiate([language], LANGUAGES))
    score = next((q["kind"] for q in definition["questions"] if q["kind"] in SCORES), None)
    rendered = {
        "id": str(survey_id),
        "language": language,
        "direction": direction(language),
        "questions": [
            _question(question, texts, language, score) for question in definition["questions"]
        ],
        "thanks": _thanks(definition.get("thanks", {}), texts, language),
        "labels": asdict(texts.labels),
    }
    if definition.get("theme"):
        rendered["theme"] = definition["theme"]
    return rendered


def _question(
    question: Mapping[str, Any], texts: Texts, language: str, score: str | None
) -> dict[str, Any]:
    kind = question["kind"]
    rendered = {"id": question["id"], "kind": kind}
    if kind == "comment":
        return rendered | _comment(question, texts, language, score)
    own = getattr(texts, kind)
    rendered["title"] = _text(question.get("title"), language, own.title)
    if kind == "csat":
        options = question.get("options") or [None] * len(own.options)
        rendered["options"] = [
            _text(option, language, name) for option, name in zip(options, own.options, strict=True)
        ]
        return rendered
    rendered["low"] = _text(question.get("low"), language, own.low)
    rendered["high"] = _text(question.get("high"), language, own.high)
    return rendered


def _comment(
    question: Mapping[str, Any], texts: Texts, language: str, score: str | None
) -> dict[str, Any]:
    prompts = asdict(getattr(texts, score).comment) if score else {}
    builtin_prompts = [
        {"max": highest, "title": prompts[name]} for highest, name in PROMPTS.get(score or "", ())
    ]
    own_prompts = [
        {"max": entry["max"], "title": _text(entry["title"], language, "")}
        for entry in question.get("by_score", ())
    ]
    title = _text(question.get("title"), language, texts.csat.comment.neutral)
    return {
        "title": title,
        "by_score": own_prompts or ([] if question.get("title") else builtin_prompts),
        "placeholder": texts.placeholder,
        "limit": LONGEST_COMMENT,
    }


def _thanks(own: Mapping[str, Any], texts: Texts, language: str) -> dict[str, str]:
    return {
        "title": _text(own.get("title"), language, texts.thanks.title),
        "text": _text(own.get("text"), language, "" if own.get("title") else texts.thanks.text),
    }


def _text(own: Mapping[str, str] | None, language: str, otherwise: str) -> str:
    return own[negotiate([language], own)] if own else otherwise
