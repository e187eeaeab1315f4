"""The base of schemas that refuse unknown fields, and limits that several schemas share."""

from datetime import timedelta
from difflib import get_close_matches
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, validate

from sayso_server.api.messages import UNKNOWN

LONGEST_DAYS = 3_650
LONGEST_WAIT = int(timedelta(days=365).total_seconds())
NOTHING: Final[dict[str, Any]] = {"not": {}}
"""The JSON Schema of a field that must be left out."""
DAYS = validate.Range(0, LONGEST_DAYS)


class StrictSchema(Schema):
    """Refuses unknown fields, so that a typo does not go unnoticed."""

    class Meta:
        unknown = RAISE

    def handle_error(
        self,
        error: ValidationError,
        data: Any,  # noqa: ARG002  # marshmallow passes it
        *,
        many: bool,  # noqa: ARG002
        **_: Any,
    ) -> None:
        """Replace the message for an unknown field with a suggestion and the known fields."""
        known = [field.data_key or name for name, field in self.load_fields.items()]
        by_field: dict[str, Any] = error.messages_dict
        unknown = [name for name, messages in by_field.items() if messages == [UNKNOWN]]
        by_field.update({name: [_unknown(name, known)] for name in unknown})


def _unknown(name: str, known: list[str]) -> str:
    by_letters = {field.replace("_", "").casefold(): field for field in known}
    letters = "".join(character for character in name if character.isalnum()).casefold()
    close = get_close_matches(letters, by_letters, n=1)
    meant = f"did you mean `{by_letters[close[0]]}`?" if close else "remove it."
    return f"There is no such field; {meant} The fields here are: {', '.join(sorted(known))}."
