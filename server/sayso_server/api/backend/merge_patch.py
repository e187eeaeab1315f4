"""JSON Merge Patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

DEEPEST = 20  # levels; surveys nest less deeply


def merged(before: Any, patch: Any, deepest: int = DEEPEST) -> Any:
    """The value after the patch. A member of the patch adds or replaces a member of the value; null
    removes it. A patch that is not an object replaces the whole value."""
    if not isinstance(patch, Mapping) or not deepest:
        return patch
    after = dict(before) if isinstance(before, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            after.pop(name, None)
        else:
            after[name] = merged(after.get(name), value, deepest - 1)
    return after
