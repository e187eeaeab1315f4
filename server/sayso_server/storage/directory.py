"""What every request looks up, kept in memory for half a second: projects, keys, live surveys.

The kill switch promises a second on open pages, so nothing here may be older than `FRESH_FOR`; a
change made by this process is seen at once.
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
from sayso_server.storage import projects, segments, surveys
from sayso_server.storage.projects import Project
from sayso_server.storage.store import Store
from sayso_server.storage.surveys import Published
from sayso_server.storage.transaction import Transaction

FRESH_FOR = timedelta(seconds=0.5)
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Live:
    """The live surveys of a project, ready to decide with."""

    rules: tuple[SurveyRules, ...]
    published: dict[UUID, Published]
    by_event: dict[str, tuple[SurveyRules, ...]]
    policy: Policy
    from_pages: frozenset[str]
    """The events that rules read and pages are to send."""
    may_wake: bool
    """Whether a page that is open now may soon have more to ask: nothing is live, or something is
    paused. Such a page listens, so that it hears of it."""
    cancelled_by: dict[str, tuple[UUID, ...]]
    """For each event that cancels invitations, of which surveys."""

    @property
    def names(self) -> list[str]:
        """What pages call the live surveys (see `page_name`)."""
        return [page_name(survey) for survey in self.published]

    def mentioning(self, event: str) -> tuple[SurveyRules, ...]:
        """The surveys whose trigger names this event."""
        return self.by_event.get(event, ())

    def happened(self, kind: str, named: Collection[str]) -> tuple[SurveyRules, ...]:
        """Those of the named surveys (see `page_name`) that such a moment of a page starts. A
        cadence is looked at whenever a page is viewed."""
        kinds = (kind, "lifecycle") if kind == "page_view" else (kind,)
        return tuple(
            rules
            for rules in self.rules
            if rules.trigger.kind in kinds and page_name(rules.id) in named
        )

    def opened(self, named: Collection[str]) -> tuple[SurveyRules, ...]:
        """The first survey of these whole ids that pages may open by hand. It is not delayed."""
        found = (rules for rules in self.rules if rules.by_hand and str(rules.id) in named)
        return tuple(
            replace(rules, trigger=replace(rules.trigger, delay=ALWAYS))
            for rules in islice(found, 1)
        )

    def needs(self, surveys: Iterable[SurveyRules]) -> Needs:
        """What of a person these surveys read."""
        return needs_of(surveys, self.policy)


def page_name(survey_id: UUID) -> str:
    """How pages name a survey: the end of its id, which is short, and opens nothing by itself."""
    return survey_id.hex[-8:]


class Directory:
    """Looks up and remembers. Times come in as arguments."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[tuple[str, Any], tuple[datetime, Any]] = {}
        self._opened: set[bytes] = set()
        self._versions: dict[tuple[UUID, UUID, int], dict[str, Any]] = {}
        self._live: dict[UUID, tuple[int, bool, Live]] = {}

    def by_public_key(self, public_key: str, now: datetime) -> Project | None:
        """The project whose pages carry this key."""
        return self._remember(
            ("public", public_key),
            now,
            lambda: self._read(projects.by_public_key, public_key),
        )

    def by_secret_key(self, key: str, now: datetime) -> Project | None:
        """The project and scopes that a secret key opens."""
        hashed = projects.digest(key)
        project = self._remember(
            ("secret", hashed), now, lambda: self._read(projects.by_secret_key, key)
        )
        if project is None:
            self._opened.discard(hashed)
        elif len(self._opened) < KEPT:
            self._opened.add(hashed)
        return project

    def by_id(self, project_id: UUID, now: datetime) -> Project | None:
        """The project with this id."""
        return self._remember(
            ("id", project_id), now, lambda: self._read(projects.by_id, project_id)
        )

    def opened(self, key: str) -> bool:
        """Whether the secret key opened a project when this process looked it up last."""
        return projects.digest(key) in self._opened

    def live(self, project: Project, now: datetime) -> Live:
        """The live surveys of the project; none while it is paused."""
        known = self._live.get(project.id)
        if known and known[:2] == (project.rules_version, project.paused):
            return known[2]
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
        """As `published`, where no transaction is at hand: most often none is needed."""
        known = self._versions.get((project_id, survey_id, version))
        if known is not None:
            return known
        with self._store.view(project_id, now) as tx:
            return self.published(tx, survey_id, version)

    def published(self, tx: Transaction, survey_id: UUID, version: int) -> dict[str, Any]:
        """What a version asks; versions never change, so they are kept for long. Raises NotFound
        when the survey was deleted."""
        key = (tx.project_id, survey_id, version)
        if key not in self._versions:
            published = surveys.version_of(tx, survey_id, version)
            if published is None:
                raise NotFound("The survey was deleted.")
            if len(self._versions) >= KEPT:
                self._versions.clear()
            self._versions[key] = published.definition
        return self._versions[key]

    def quota_of(self, tx: Transaction) -> Callable[[UUID, int], Quota | None]:
        """The quota of a version."""
        return lambda survey_id, version: compile_quota(
            self.published(tx, survey_id, version).get("quota")
        )

    def forget(self) -> None:
        """Something changed: look everything up anew."""
        self._kept.clear()

    def drop(self, project_id: UUID) -> None:
        """The project was deleted: keep nothing of it."""
        self._live.pop(project_id, None)
        for key in [key for key in self._versions if key[0] == project_id]:
            del self._versions[key]

    def _read(self, query: Callable[..., Project | None], argument: str | UUID) -> Project | None:
        with self._store.read() as connection:
            return query(connection, argument)

    def _remember(
        self, key: tuple[str, Any], now: datetime, look_up: Callable[[], Project | None]
    ) -> Project | None:
        kept = self._kept.get(key)
        if kept and timedelta() <= now - kept[0] < FRESH_FOR:
            return kept[1]  # type: ignore[no-any-return]  # one kind of value a kind of key
        found = look_up()
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[key] = (now, found)
        return found


def compile_live(
    published: list[Published],
    policy: Mapping[str, Any],
    named: Mapping[str, Mapping[str, Any]],
    *,
    paused: bool = False,
) -> Live:
    """The live surveys, from the project's policy and its segments by name. `paused`: there are
    others that may be resumed."""
    rules = tuple(
        compile_survey(
            one.survey_id,
            one.version,
            one.definition,
            policy=policy,
            segments=named,
            live_since=one.live_since,
            target_reached=one.target_reached,
        )
        for one in published
    )
    by_event: dict[str, tuple[SurveyRules, ...]] = {}
    for one in rules:
        if one.trigger.event is not None:
            by_event[one.trigger.event] = (*by_event.get(one.trigger.event, ()), one)
    live = {one.survey_id: one for one in published}
    cancelled_by: dict[str, tuple[UUID, ...]] = {}
    for one in rules:
        for event in one.trigger.cancelled_by:
            cancelled_by[event] = (*cancelled_by.get(event, ()), one.id)
    return Live(
        rules,
        published=live,
        by_event=by_event,
        policy=compile_policy(policy, live),
        from_pages=events_of_pages(rules),
        may_wake=paused or not published,
        cancelled_by=cancelled_by,
    )
