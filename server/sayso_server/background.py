"""What is done behind the requests: invitations offered when their time comes and ended when it is
over, the ledger's noes, folding, SQLite's log emptied.

The rows are the truth: whatever a crash interrupts is done by whoever runs next.
"""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from sayso_server import widget_build
from sayso_server.administration import deletion
from sayso_server.errors import Unavailable
from sayso_server.parts import Parts
from sayso_server.storage import (
    audit,
    due,
    ending,
    invitations,
    ledger,
    login_links,
    projects,
    sessions,
    targets,
    waiting,
    widget_files,
)
from sayso_server.storage.due import Due
from sayso_server.storage.removing import remove_all

PAUSE = 0.25  # seconds between two looks at what is due
FOLD_EVERY = 8  # looks
EMPTY_LOG_EVERY = timedelta(minutes=1)
KEPT_DAYS = 400  # how long the ledger keeps decisions where the project says nothing

log = logging.getLogger("sayso.background")


class Background:
    """One loop a process. `run_once` does what is due now and is what tests call."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._versions: dict[UUID, int] = {}
        self._pruned: date | None = None
        self._noted = False
        self._log_emptied: datetime | None = None

    def start(self) -> None:
        """Begin, with whatever an earlier process left behind."""
        self._thread = threading.Thread(target=self._run, name="sayso-background", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the loop and write what has gathered."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._guarded(self._flush)
        self._guarded(self._parts.store.empty_log)

    def run_once(self) -> None:
        """Do everything that is due now."""
        self._offer()
        self._offer_next()
        self._watch_rules()
        self._remove_deleted()
        self._flush()
        self._prune()
        self._empty_log()

    def _run(self) -> None:
        looks = 0
        while not self._stop.wait(PAUSE):
            looks += 1
            self.look(tidy=looks % FOLD_EVERY == 0)

    def look(self, *, tidy: bool = True) -> None:
        """Do what is due, each thing whatever became of the others. `tidy` writes and folds what
        has gathered, and says whether all went well."""
        self._noted = self._noted or self._guarded(self._note_every_project)
        went_well = [
            self._noted,
            self._guarded(self._offer),
            self._guarded(self._offer_next),
            self._guarded(self._watch_rules),
            self._guarded(self._remove_deleted),
        ]
        if tidy:
            went_well += [
                self._guarded(self._flush),
                self._guarded(self._prune),
                self._guarded(self._empty_log),
            ]
        if not all(went_well):
            self._parts.failing.set()
        elif tidy:
            self._parts.failing.clear()

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Whether it went well."""
        try:
            work()
        except Unavailable:  # the store has said why; many lines would only fill the disk
            return False
        except Exception:
            log.exception("Work behind the requests failed; it is tried again")
            return False
        return True

    def _note_every_project(self) -> None:
        with self._parts.store.read() as connection:
            self._parts.folding.note(*(project.id for project in projects.all_of(connection)))

    def _offer(self) -> None:
        now = self._parts.clock()
        with self._parts.store.read() as connection:
            if not due.anything(connection, now):
                return
        for work in self._parts.store.write(lambda connection: due.take(connection, now)):
            self._guarded(partial(self._do, work))

    def _do(self, work: Due) -> None:
        store, now = self._parts.store, self._parts.clock()
        with store.view(work.project_id, now) as tx:
            if invitations.unseen(tx, work.subject_id) is None:
                return
        look = partial(ending.look, invitation=work.subject_id)
        row = store.transact(work.project_id, now, look)
        if row is not None:
            proof = row.needs_proof
            self._parts.hub.offer(work.project_id, row.person_id, row.id, needs_proof=proof)

    def _offer_next(self) -> None:
        """Offer what waits for people whose popup is over."""
        now = self._parts.clock()
        for project_id, person in self._parts.freed.take():
            with self._parts.store.view(project_id, now) as tx:
                asks = waiting.what_waits(tx, person)
            for needs_proof, invitation in {
                ask.needs_proof: ask.id for ask in asks if ask.available_at <= now
            }.items():
                self._parts.hub.offer(project_id, person, invitation, needs_proof=needs_proof)

    def _watch_rules(self) -> None:
        """Tell the pages that listen here when the rules have changed, whoever changed them."""
        listening = self._parts.hub.projects()
        if not listening:
            return
        with self._parts.store.read() as connection:
            versions = projects.rules_versions(connection, listening)
        for project_id, version in versions.items():
            # Who has just begun to listen may have been told by what was kept in memory.
            if self._versions.get(project_id) != version:
                self._tell_rules(project_id)
        for project_id in set(listening) - versions.keys():
            self._parts.hub.end(project_id)
        self._versions = versions

    def _tell_rules(self, project_id: UUID) -> None:
        self._parts.directory.forget()
        with self._parts.store.read() as connection:
            project = projects.by_id(connection, project_id)
        if project is not None:
            live = self._parts.directory.live(project, self._parts.clock())
            self._parts.hub.rules_changed(project_id, project.rules_version, live.names)

    def _remove_deleted(self) -> None:
        """Forget deleted projects, and remove a batch of what each has stored."""
        store, now = self._parts.store, self._parts.clock()
        for project_id, removable in deletion.marked(store, now).items():
            self._parts.directory.drop(project_id)
            if removable:
                deletion.remove_batch(store, project_id)

    def _flush(self) -> None:
        now = self._parts.clock()
        self._parts.key_use.flush(self._parts.store, now)
        self._parts.silences.flush(self._parts.store, now)
        counted = self._parts.folding.fold(self._parts.store, now)
        for project_id in counted:
            targets.close_reached(self._parts.store, project_id, now)
        self._parts.refused_logins.flush(self._parts.store, now)

    def _prune(self) -> None:
        """Once a day forget what is no longer kept: of sessions, of the audit trail, of the files
        that pages load, of which this build's are in use, and of each project's ledger."""
        now = self._parts.clock()
        today = now.date()
        if self._pruned == today:
            return
        keep = partial(widget_files.keep, files=widget_build.further(), now=now)
        self._parts.store.write(keep)
        for prune in (sessions.prune, login_links.prune, audit.prune):
            remove_all(self._parts.store, partial(prune, now=now), self._stop.is_set)
        with self._parts.store.read() as connection:
            every = projects.all_of(connection)
        for project in every:
            kept = timedelta(days=project.policy.get("decisions_kept_days", KEPT_DAYS))
            old = partial(ledger.prune, project_id=project.id, before=today - kept)
            remove_all(self._parts.store, old, self._stop.is_set)
        self._pruned = today

    def _empty_log(self) -> None:
        """Once a minute, so that nothing erased stays on disk; while somebody reads or writes it
        is tried again."""
        now = self._parts.clock()
        due = self._log_emptied is None or now - self._log_emptied >= EMPTY_LOG_EVERY
        if due and self._parts.store.empty_log():
            self._log_emptied = now
