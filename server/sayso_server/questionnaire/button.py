"""The button that opens a survey, in one language."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sayso_server.questionnaire.kinds.kind import Reader
from sayso_server.questionnaire.theme import at_start, properties
from sayso_server.texts import LANGUAGES, builtin, direction, negotiate


def render_button(survey_id: UUID, definition: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The button's text, colours and side of the window: the API's `button` object."""
    reader = Reader(language, builtin(negotiate([language], LANGUAGES)))
    theme = definition.get("theme", {})
    rendered = {
        "survey": str(survey_id),
        "label": reader.text(definition["trigger"].get("label"), reader.texts.feedback),
        "language": language,
        "direction": direction(language),
        "side": "start" if at_start(theme) else "end",
    }
    return {**rendered, "theme": properties(theme)} if theme else rendered
