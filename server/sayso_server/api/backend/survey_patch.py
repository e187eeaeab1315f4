"""The schema of a merge patch of a survey, generated from the schema of the survey.

A patch is validated twice: here each field by itself, then the whole survey after the change.
"""

from typing import Any

from marshmallow import Schema, ValidationError, fields

from sayso_server.api.backend.strict_schema import StrictSchema
from sayso_server.api.backend.survey_schemas import SurveyInput
from sayso_server.api.backend.text_fields import LocalText
from sayso_server.api.messages import OBJECT


class AsSent(fields.Field[Any]):
    """Validated like the field of the survey, but not deserialised; null removes the field."""

    def __init__(self, inner: fields.Field[Any]) -> None:
        super().__init__(allow_none=True, metadata=dict(inner.metadata))
        self.inner = inner

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        self.inner.deserialize(value)
        return value


class Merged(fields.Field[Any]):
    """An object that is first merged with the stored one and then validated."""

    def __init__(self, *, text: bool, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)
        self.types = ("object", "string", "null") if text else ("object", "null")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, (dict, str) if "string" in self.types else dict):
            raise ValidationError(OBJECT)
        return value


def _patched(field: fields.Field[Any]) -> fields.Field[Any]:
    if field.dump_only:
        return fields.Raw(dump_only=True, metadata=field.metadata)
    text = isinstance(field, LocalText)
    if text or isinstance(field, fields.Nested):
        return Merged(text=text, metadata=field.metadata)
    return AsSent(field)


class _Patch(StrictSchema):
    """Fields of a survey with their new values; null removes a field. The survey is validated as it
    is after the change."""

    drop_read_only = SurveyInput.drop_read_only


SurveyPatch: type[Schema] = _Patch.from_dict(
    {name: _patched(field) for name, field in SurveyInput().fields.items()}, name="SurveyPatch"
)
