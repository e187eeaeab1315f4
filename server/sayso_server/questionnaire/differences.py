"""What a draft changes of a published version: field paths, with their values before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

IDS = ("id", "name")  # by which questions, options, rows and variants are known again


@dataclass(slots=True)
class Differences:
    """Values by field path, as errors name fields: `questions.1.title.de`. The number of what was
    removed is its place before, any other number the place now."""

    added: dict[str, Any] = field(default_factory=dict)
    removed: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Differences:
    """What is other in `after`."""
    found = Differences()
    _compare_fields(found, "", before, after)
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; unlike for Python, true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


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
    """Items are known again by their id, so that one more at the front changes no other."""
    old = {item[name]: place for place, item in enumerate(before)}
    new = {item[name]: place for place, item in enumerate(after)}
    for one in old.keys() - new.keys():
        found.removed[f"{path}.{old[one]}"] = before[old[one]]
    for one in new.keys() - old.keys():
        found.added[f"{path}.{new[one]}"] = after[new[one]]
    kept = [one for one in old if one in new]
    for one in kept:
        _compare(found, f"{path}.{new[one]}", before[old[one]], after[new[one]])
    order = [one for one in new if one in old]
    if order != kept:
        found.changed[path] = {"from": kept, "to": order}


def _id_of(value: Any) -> str | None:
    """What tells the items of this list apart; None where nothing does."""
    if not isinstance(value, list) or not value:
        return None
    for name in IDS:
        ids = [item.get(name) for item in value if isinstance(item, Mapping)]
        if len(ids) == len(value) and None not in ids and len(set(ids)) == len(ids):
            return name
    return None
