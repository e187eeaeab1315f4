"""Caches the data that every request reads (projects, keys, live surveys) for half a second.

The kill switch promises to close open popups within a second, so no entry is used for longer than
`FRESH_FOR`. A change made by this process empties the cache.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sayso_server.decision.compile import compile_policy, compile_quota, compile_survey
from sayso_server.decision.needs import events_of_pages, needs_of
from sayso_server.decision.rules import ALWAYS, Needs, Policy, Quota, SurveyRules
from sayso_server.errors import NotFound
from sayso_server.storage.database.secret_hash import digest
from sayso_server.storage.database.store import Store
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects import projects
from sayso_server.storage.projects.projects import Project
from sayso_server.storage.surveys import segments, surveys
from sayso_server.storage.surveys.surveys import Published

FRESH_FOR = timedelta(seconds=0.5)
MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class LiveSurveys:
    """The live surveys of a project, ready to decide with."""

    rules: tuple[SurveyRules, ...]
    published: dict[UUID, Published]
    by_event: dict[str, tuple[SurveyRules, ...]]
    policy: Policy
    from_pages: frozenset[str]
    """The events that rules read and that pages must send."""
    may_wake: bool
    """Whether a survey may soon go live: none is live yet, or one is paused. Pages then keep a
    stream open to be notified."""
    cancelled_by: dict[str, tuple[UUID, ...]]
    """For each event that cancels invitations, the surveys it cancels."""

    @property
    def names(self) -> list[str]:
        """The short names of the live surveys (see `page_name`)."""
        return [page_name(survey) for survey in self.published]

    def mentioning(self, event: str) -> tuple[SurveyRules, ...]:
        """The surveys whose trigger names this event."""
        return self.by_event.get(event, ())

    def started_by(self, kind: str, named: Collection[str]) -> tuple[SurveyRules, ...]:
        """The surveys among `named` (see `page_name`) that a moment of this kind starts. A page
        view also starts surveys with a cadence."""
        kinds = (kind, "lifecycle") if kind == "page_view" else (kind,)
        return tuple(
            rules
            for rules in self.rules
            if rules.trigger.kind in kinds and page_name(rules.id) in named
        )

    def opened_by_hand(self, ids: Collection[str]) -> tuple[SurveyRules, ...]:
        """The first survey with one of these full ids that pages may open by hand, without its
        delay."""
        allowed = (rules for rules in self.rules if rules.by_hand and str(rules.id) in ids)
        return tuple(
            replace(rules, trigger=replace(rules.trigger, delay=ALWAYS))
            for rules in islice(allowed, 1)
        )

    def needs(self, surveys: Iterable[SurveyRules]) -> Needs:
        """The facts about a person that these surveys read."""
        return needs_of(surveys, self.policy)


def page_name(survey_id: UUID) -> str:
    """The short name of a survey on pages: the end of its id. It is not a credential."""
    return survey_id.hex[-8:]


class ProjectCache:
    """Caches look-ups. Callers pass in `now`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cached: dict[tuple[str, Any], tuple[datetime, Any]] = {}
        self._valid_keys: set[bytes] = set()
        self._versions: dict[tuple[UUID, UUID, int], dict[str, Any]] = {}
        self._live: dict[UUID, tuple[int, bool, LiveSurveys]] = {}

    def by_public_key(self, public_key: str, now: datetime) -> Project | None:
        """The project with this public key."""
        return self._remember(
            ("public", public_key),
            now,
            lambda: self._read(projects.by_public_key, public_key),
        )

    def by_secret_key(self, key: str, now: datetime) -> Project | None:
        """The project that a secret key belongs to, with the key's scopes."""
        hashed = digest(key)
        project = self._remember(
            ("secret", hashed), now, lambda: self._read(projects.by_secret_key, key)
        )
        if project is None:
            self._valid_keys.discard(hashed)
        elif len(self._valid_keys) < MAX_ENTRIES:
            self._valid_keys.add(hashed)
        return project

    def by_id(self, project_id: UUID, now: datetime) -> Project | None:
        """The project with this id."""
        return self._remember(
            ("id", project_id), now, lambda: self._read(projects.by_id, project_id)
        )

    def was_valid(self, key: str) -> bool:
        """Whether the secret key was valid when this process last looked it up."""
        return digest(key) in self._valid_keys

    def live(self, project: Project, now: datetime) -> LiveSurveys:
        """The live surveys of the project; empty while it is paused."""
        cached = self._live.get(project.id)
        if cached and cached[:2] == (project.rules_version, project.paused):
            return cached[2]
        published: list[Published] = []
        named: Mapping[str, Mapping[str, Any]] = {}
        paused = True
        if not project.paused:
            with self._store.view(project.id, now) as tx:
                published, named = surveys.live_of(tx), segments.all_of(tx)
                paused = surveys.any_paused(tx)
        live = compile_live(published, project.policy, named, paused=paused)
        self._live[project.id] = (project.rules_version, project.paused, live)
        return live

    def version_of(
        self, project_id: UUID, survey_id: UUID, version: int, now: datetime
    ) -> dict[str, Any]:
        """Like `published`, for callers without a transaction. Usually a cache hit."""
        cached = self._versions.get((project_id, survey_id, version))
        if cached is not None:
            return cached
        with self._store.view(project_id, now) as tx:
            return self.published(tx, survey_id, version)

    def published(self, tx: Transaction, survey_id: UUID, version: int) -> dict[str, Any]:
        """The definition of a version. Versions are immutable, so entries never expire. Raises
        NotFound when the survey was deleted."""
        key = (tx.project_id, survey_id, version)
        if key not in self._versions:
            published = surveys.version_of(tx, survey_id, version)
            if published is None:
                raise NotFound("The survey was deleted.")
            if len(self._versions) >= MAX_ENTRIES:
                self._versions.clear()
            self._versions[key] = published.definition
        return self._versions[key]

    def quota_of(self, tx: Transaction, survey_id: UUID, version: int) -> Quota | None:
        """The quota of a version."""
        return compile_quota(self.published(tx, survey_id, version).get("quota"))

    def forget(self) -> None:
        """Empty the cache after a change; immutable versions stay."""
        self._cached.clear()

    def drop(self, project_id: UUID) -> None:
        """Remove a deleted project from the cache."""
        self._live.pop(project_id, None)
        for key in [key for key in self._versions if key[0] == project_id]:
            del self._versions[key]

    def _read(self, query: Callable[..., Project | None], argument: str | UUID) -> Project | None:
        with self._store.read() as connection:
            return query(connection, argument)

    def _remember(
        self, key: tuple[str, Any], now: datetime, look_up: Callable[[], Project | None]
    ) -> Project | None:
        cached = self._cached.get(key)
        if cached and timedelta() <= now - cached[0] < FRESH_FOR:
            return cached[1]  # type: ignore[no-any-return]  # the key's kind sets the value's type
        project = look_up()
        if len(self._cached) >= MAX_ENTRIES:
            self._cached.clear()
        self._cached[key] = (now, project)
        return project


def compile_live(
    published: list[Published],
    policy: Mapping[str, Any],
    named: Mapping[str, Mapping[str, Any]],
    *,
    paused: bool = False,
) -> LiveSurveys:
    """Compile the live surveys. `named` maps names to the project's segments. `paused` is True when
    the project or one of its surveys is paused and may be resumed."""
    rules = tuple(
        compile_survey(
            version.survey_id,
            version.version,
            version.definition,
            policy=policy,
            segments=named,
            live_since=version.live_since,
            target_reached=version.target_reached,
        )
        for version in published
    )
    by_event: dict[str, tuple[SurveyRules, ...]] = {}
    for survey in rules:
        event = survey.trigger.event
        if event is not None:
            by_event[event] = (*by_event.get(event, ()), survey)
    live = {version.survey_id: version for version in published}
    cancelled_by: dict[str, tuple[UUID, ...]] = {}
    for survey in rules:
        for event in survey.trigger.cancelled_by:
            cancelled_by[event] = (*cancelled_by.get(event, ()), survey.id)
    return LiveSurveys(
        rules,
        published=live,
        by_event=by_event,
        policy=compile_policy(policy, live),
        from_pages=events_of_pages(rules),
        may_wake=paused or not published,
        cancelled_by=cancelled_by,
    )
