"""The shape of a merge patch of a survey, made from the shape of the survey itself.

A patch is checked twice: here each field for itself, and the whole as it is after the change.
"""

from typing import Any

from marshmallow import Schema, ValidationError, fields

from sayso_server.api.backend.survey_schemas import SurveyInput
from sayso_server.api.backend.text_fields import LocalText
from sayso_server.api.backend.typed import Typed
from sayso_server.api.messages import OBJECT


class AsSent(fields.Field[Any]):
    """Checked as the survey's own field and kept as it came; null takes the field away."""

    def __init__(self, inner: fields.Field[Any]) -> None:
        super().__init__(allow_none=True, metadata=dict(inner.metadata))
        self.inner = inner

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        self.inner.deserialize(value)
        return value


class Merged(fields.Field[Any]):
    """An object that is merged with the one before, and only then checked."""

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


class _Patch(Typed):
    """Any fields of a survey, each with a new value, or with null to take it away. The whole is
    checked as it is after the change."""

    drop_read_only = SurveyInput.drop_read_only


SurveyPatch: type[Schema] = _Patch.from_dict(
    {name: _patched(field) for name, field in SurveyInput().fields.items()}, name="SurveyPatch"
)
