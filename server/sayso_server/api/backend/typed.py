"""What the shapes of the backend's calls have in common: strictness, and how long is too long."""

from datetime import timedelta

from marshmallow import RAISE, Schema, validate

LONGEST_DAYS = 3_650
LONGEST_WAIT = timedelta(days=365).total_seconds()
DAYS = validate.Range(0, LONGEST_DAYS)


class Typed(Schema):
    """What people type: a field we do not know is refused, so that no typing error is lost."""

    class Meta:
        unknown = RAISE
