"""The survey versions that a report covers: by default the latest comparable ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sayso_server.asking.project_cache import ProjectCache
from sayso_server.errors import Invalid, NotFound
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.surveys import surveys
from sayso_server.storage.surveys.surveys import Survey, VersionNote

LONGEST_NUMBER = 9  # digits


@dataclass(frozen=True, slots=True)
class Covered:
    """Versions whose answers are counted together, the publication time of the first one, their
    definition, and the survey's other versions in groups of comparable ones, latest first. A draft
    that was never published has no versions."""

    versions: tuple[int, ...]
    since: datetime
    definition: dict[str, Any]
    others: tuple[tuple[int, ...], ...]


def covered(
    tx: Transaction, cache: ProjectCache, survey: Survey, wanted: Collection[int] = ()
) -> Covered:
    """The wanted versions, or the latest comparable group. Raises Invalid when a wanted version
    does not exist, or when two are not comparable."""
    notes = surveys.versions_of(tx, survey.id)
    if wanted:
        _check(notes, wanted)
    groups = _groups(notes)
    versions = tuple(sorted(set(wanted))) or (groups[0] if groups else ())
    return _covered(tx, cache, survey, notes, versions)


def covered_with(tx: Transaction, cache: ProjectCache, survey: Survey, version: int) -> Covered:
    """The group that a version belongs to. Raises NotFound when there is no such version."""
    notes = surveys.versions_of(tx, survey.id)
    versions = next((group for group in _groups(notes) if version in group), None)
    if versions is None:
        raise NotFound(f"The survey has no version {version}.")
    return _covered(tx, cache, survey, notes, versions)


def as_number(text: str) -> int | None:
    """A version number from a URL; None when it is not a number."""
    fits = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if fits else None


def latest(survey: Survey) -> tuple[tuple[int, ...], dict[str, Any]]:
    """The latest comparable versions and their definition; if never published, () and the draft."""
    if survey.published is None:
        return (), survey.definition
    since = survey.comparable_since or survey.version
    return tuple(range(since, survey.version + 1)), survey.published


def _covered(
    tx: Transaction,
    cache: ProjectCache,
    survey: Survey,
    notes: Sequence[VersionNote],
    versions: tuple[int, ...],
) -> Covered:
    if not versions:
        return Covered((), survey.created_at, survey.definition, ())
    since = next(note.published_at for note in notes if note.version == versions[0])
    asked = cache.published(tx, survey.id, versions[-1])
    rest = (tuple(n for n in group if n not in versions) for group in _groups(notes))
    return Covered(versions, since, asked, tuple(group for group in rest if group))


def _groups(notes: Sequence[VersionNote]) -> list[tuple[int, ...]]:
    groups: list[tuple[int, ...]] = []
    for note in reversed(notes):
        if not groups or note.version < groups[-1][0]:
            groups.append(tuple(range(note.comparable_since, note.version + 1)))
    return groups


def _check(notes: Sequence[VersionNote], wanted: Collection[int]) -> None:
    by_number = {note.version: note for note in notes}
    unknown = sorted(set(wanted) - by_number.keys())
    if unknown:
        existing = f"there are 1 to {len(notes)}" if notes else "none was published yet"
        raise _invalid(f"The survey has no version {unknown[0]}; {existing}.")
    first, last = min(wanted), max(wanted)
    if first < by_number[last].comparable_since:
        raise _invalid(
            f"Versions {first} and {last} ask different questions, so their answers cannot be "
            "counted together; ask for one report each."
        )


def _invalid(error: str) -> Invalid:
    return Invalid("There is no such report.", errors={"version": [error]})
