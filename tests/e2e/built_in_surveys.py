"""Surveys without texts of their own, in every language, so that every text is built in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sayso_server.questionnaire.rendering import render
from sayso_server.texts import builtin

SURVEY = UUID(int=1)


def surveys(language: str) -> dict[str, dict[str, Any]]:
    """Surveys as *decide* sends them, by name: each score with its comment, and each other kind
    that has built-in texts."""
    said = builtin(language)
    statements = said.servqual

    def own(text: str) -> dict[str, str]:
        return {language: text}

    def listed(*texts: str) -> list[dict[str, Any]]:
        return [{"id": f"o{place}", "label": own(text)} for place, text in enumerate(texts)]

    rows = listed(
        statements.tangibles,
        statements.reliability,
        statements.responsiveness,
        statements.assurance,
        statements.empathy,
    )
    options = listed(*said.csat.options)
    rated = {"kind": "matrix", "title": own(statements.expectation), "rows": rows}
    choice = {"kind": "choice", "title": own(said.csat.title), "options": options, "other": True}
    asked: dict[str, dict[str, Any]] = {
        "nps": {"kind": "nps"},
        "csat": {"kind": "csat"},
        "ces": {"kind": "ces"},
        "agreement": {"kind": "ces", "scale": 7},
        "matrix": {**rated, "scale": 7},
        "one": choice,
        "several": {**choice, "multiple": True, "none": True, "least": 2},
        "ranking": {"kind": "ranking", "title": own(said.csat.title), "options": options},
        "consent": {"kind": "consent", "title": own(said.csat.title)},
        "contact": {
            "kind": "contact",
            "title": own(said.csat.title),
            "fields": ["name", "email", "phone"],
        },
    }
    return {name: survey(language, {"id": "q", **one}) for name, one in asked.items()}


def survey(language: str, *asked: dict[str, Any]) -> dict[str, Any]:
    """The survey with a comment question at the end."""
    return render(SURVEY, {"questions": [*asked, {"id": "why", "kind": "comment"}]}, language)
