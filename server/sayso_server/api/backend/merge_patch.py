"""JSON Merge Patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

DEEPEST = 20  # levels; nothing that can be patched is as deep


def merged(before: Any, patch: Any, deepest: int = DEEPEST) -> Any:
    """What the patch makes of a value: its members replace or join those before, a member of null
    goes, and whatever is no object takes the place of the whole."""
    if not isinstance(patch, Mapping) or not deepest:
        return patch
    after = dict(before) if isinstance(before, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            after.pop(name, None)
        else:
            after[name] = merged(after.get(name), value, deepest - 1)
    return after
