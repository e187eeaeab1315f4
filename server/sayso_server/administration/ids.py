"""Parse an id that somebody typed."""

from uuid import UUID


def id_in(text: str) -> UUID | None:
    """The text as an id; None when it is not valid."""
    try:
        return UUID(text)
    except ValueError:
        return None
