"""Fields for texts and language tags, with their types in the OpenAPI description."""

import re
from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from marshmallow import ValidationError, fields

from sayso_server.api.messages import Meaningless
from sayso_server.questionnaire.own_texts import PLAIN
from sayso_server.text_patterns import BLANK, not_matching
from sayso_server.texts import NoTag, canonical
from sayso_server.texts.tags import LONGEST, PATTERN, looks_like_one

LONGEST_TEXT = 2_000


class Language(fields.String):
    """A language tag (BCP 47), in canonical form."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        return _tag(super()._deserialize(value, *rest, **more))


class LocalText(fields.Field[dict[str, str]]):
    """A text, or one per language: "Hello" or {"en": "Hello", "de": "Hallo"}. Stored by language. A
    single text is in the project's language; its key is PLAIN until that is known."""

    described = "Text"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, str]:
        texts = {PLAIN: value} if isinstance(value, str) else value
        if not isinstance(texts, Mapping) or not texts:
            raise ValidationError('Send a text, or one per language: {"en": "…", "de": "…"}.')
        by_language: dict[str, str] = {}
        for language, text in texts.items():
            tag = language if texts is not value else _tag(language)
            if tag in by_language:
                raise Meaningless(f"Has `{tag}` twice; send one text per language.")
            if not isinstance(text, str) or not _is_text(text):
                raise ValidationError(f"Send a text of 1 to {LONGEST_TEXT} characters.")
            by_language[tag] = text
        return by_language


class BuiltinOrOwn(LocalText):
    """True for the built-in text, false for none, or the survey's own text."""

    described = "TextOrBuiltIn"

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        return value if isinstance(value, bool) else super()._deserialize(value, *rest, **more)


_BLANK = re.compile(BLANK)


def _is_text(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and _BLANK.fullmatch(text) is None


def describe_texts(spec: APISpec) -> None:
    """Add the types of texts to the OpenAPI description."""
    spec.components.schema(
        "LanguageTag",
        {
            "type": "string",
            "description": "A language tag (BCP 47); its language, script and region must exist",
            "pattern": PATTERN,
            "maxLength": LONGEST,
            "examples": ["en", "pt-BR", "zh-Hant"],
        },
    )
    text = _described(LONGEST_TEXT)
    spec.components.schema("Text", text)
    spec.components.schema(
        "TextOrBuiltIn",
        {
            "description": "true for the built-in text, false for none, or a text",
            "oneOf": [{"type": "boolean"}, {"$ref": "#/components/schemas/Text"}],
            "examples": [True, *text["examples"]],
        },
    )


def describe_short_text(spec: APISpec, name: str, longest: int) -> None:
    """Add the type of a text of at most `longest` characters."""
    spec.components.schema(name, _described(longest))


def _described(longest: int) -> dict[str, Any]:
    text = {**not_matching(BLANK), "minLength": 1, "maxLength": longest}
    return {
        "description": "A text in the project's language, or an object of texts by language tag "
        "(BCP 47)",
        "oneOf": [
            text,
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"$ref": "#/components/schemas/LanguageTag"},
                "additionalProperties": text,
            },
        ],
        "examples": ["How was it?", {"en": "How was it?", "de": "Wie war es?"}],
    }


def _tag(text: Any) -> str:
    if not isinstance(text, str):
        raise ValidationError("Is not a language tag; send one of BCP 47, as de.")
    try:
        return canonical(text)
    except NoTag as error:
        refusal = Meaningless if looks_like_one(text) else ValidationError
        raise refusal(str(error)) from error
