"""What people type where an id is wanted."""

from uuid import UUID


def id_in(text: str) -> UUID | None:
    """The id that the text is; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
