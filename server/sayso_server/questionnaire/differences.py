"""The changes in a draft since a published version: field paths with old and new values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

IDS = ("id", "name")  # fields that identify questions, options, rows and variants


@dataclass(slots=True)
class Differences:
    """Values by field path, in the format of errors: `questions.1.title.de`. Indexes refer to the
    new version; in `removed` they refer to the old version."""

    added: dict[str, Any] = field(default_factory=dict)
    removed: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Differences:
    """The changes from `before` to `after`."""
    found = Differences()
    _compare_fields(found, "", before, after)
    return found


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)


def _compare(found: Differences, path: str, before: Any, after: Any) -> None:
    if same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        _compare_fields(found, f"{path}.", before, after)
    elif (name := _id_of(before)) and name == _id_of(after):
        _compare_items(found, path, name, before, after)
    else:
        found.changed[path] = {"from": before, "to": after}


def _compare_fields(
    found: Differences, prefix: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    for name in before.keys() - after.keys():
        found.removed[f"{prefix}{name}"] = before[name]
    for name in after.keys() - before.keys():
        found.added[f"{prefix}{name}"] = after[name]
    for name in before.keys() & after.keys():
        _compare(found, f"{prefix}{name}", before[name], after[name])


def _compare_items(
    found: Differences, path: str, name: str, before: Sequence[Any], after: Sequence[Any]
) -> None:
    """Match items by their id, so that inserting an item does not change the others."""
    old = {item[name]: index for index, item in enumerate(before)}
    new = {item[name]: index for index, item in enumerate(after)}
    for item_id in old.keys() - new.keys():
        found.removed[f"{path}.{old[item_id]}"] = before[old[item_id]]
    for item_id in new.keys() - old.keys():
        found.added[f"{path}.{new[item_id]}"] = after[new[item_id]]
    kept = [item_id for item_id in old if item_id in new]
    for item_id in kept:
        _compare(found, f"{path}.{new[item_id]}", before[old[item_id]], after[new[item_id]])
    order = [item_id for item_id in new if item_id in old]
    if order != kept:
        found.changed[path] = {"from": kept, "to": order}


def _id_of(value: Any) -> str | None:
    """The field that identifies the items of this list; None if there is none."""
    if not isinstance(value, list) or not value:
        return None
    for name in IDS:
        ids = [item.get(name) for item in value if isinstance(item, Mapping)]
        if len(ids) == len(value) and None not in ids and len(set(ids)) == len(ids):
            return name
    return None
