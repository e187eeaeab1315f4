"""Background work: offers and expires invitations, writes buffered silences (decisions not to ask)
to the ledger, updates the report counts, deletes old rows, checkpoints SQLite's log.

All state is in the database: the next process finishes what a crash interrupted.
"""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from sayso_server import widget_build
from sayso_server.administration import deletion
from sayso_server.asking import claim_waiting, end_invitation
from sayso_server.dependencies import Dependencies
from sayso_server.errors import Unavailable
from sayso_server.reporting import targets
from sayso_server.storage.database.removing import remove_all
from sayso_server.storage.decisions import ledger
from sayso_server.storage.invitations import due_work, invitations
from sayso_server.storage.invitations.due_work import Due
from sayso_server.storage.members import login_links, sessions
from sayso_server.storage.projects import audit, projects
from sayso_server.storage.widget import widget_files

PAUSE = 0.25  # seconds between two rounds
FOLD_EVERY = 8  # rounds
EMPTY_LOG_EVERY = timedelta(minutes=1)
KEPT_DAYS = 400  # how long the ledger keeps decisions by default

log = logging.getLogger("sayso.background")


class Background:
    """A loop that runs once per process. Tests call `run_once` instead."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._versions: dict[UUID, int] = {}
        self._pruned: date | None = None
        self._noted = False
        self._log_emptied: datetime | None = None

    def start(self) -> None:
        """Start the loop. It also finishes the work of an earlier process."""
        self._thread = threading.Thread(target=self._run, name="sayso-background", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the loop and flush the buffers."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._guarded(self._flush)
        self._guarded(self._dependencies.store.empty_log)

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
        rounds = 0
        while not self._stop.wait(PAUSE):
            rounds += 1
            self.run_round(tidy=rounds % FOLD_EVERY == 0)

    def run_round(self, *, tidy: bool = True) -> None:
        """Run one round; a task that fails does not stop the others. With `tidy` it also flushes
        the buffers and deletes old rows. `failing` is set when a task failed and cleared by the
        next `tidy` round without a failure."""
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
            self._dependencies.failing.set()
        elif tidy:
            self._dependencies.failing.clear()

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Run the work and return whether it succeeded."""
        try:
            work()
        except Unavailable:  # the store has logged why; a line per round would fill the disk
            return False
        except Exception:
            log.exception("Background work failed; it is retried")
            return False
        return True

    def _note_every_project(self) -> None:
        with self._dependencies.store.read() as connection:
            self._dependencies.folding.note(
                *(project.id for project in projects.all_of(connection))
            )

    def _offer(self) -> None:
        now = self._dependencies.clock()
        with self._dependencies.store.read() as connection:
            if not due_work.anything(connection, now):
                return
        for work in self._dependencies.store.write(
            lambda connection: due_work.take(connection, now)
        ):
            self._guarded(partial(self._do, work))

    def _do(self, work: Due) -> None:
        store, now = self._dependencies.store, self._dependencies.clock()
        with store.view(work.project_id, now) as tx:
            if invitations.unseen(tx, work.subject_id) is None:
                return
        look = partial(end_invitation.look, invitation_id=work.subject_id)
        row = store.transact(work.project_id, now, look)
        if row is not None:
            proof = row.needs_proof
            self._dependencies.hub.offer(work.project_id, row.person_id, row.id, needs_proof=proof)

    def _offer_next(self) -> None:
        """Offer the next waiting invitation to people whose popup was closed."""
        now = self._dependencies.clock()
        for project_id, person in self._dependencies.closed_popups.take():
            with self._dependencies.store.view(project_id, now) as tx:
                asks = claim_waiting.waiting_of(tx, person)
            for needs_proof, invitation in {
                ask.needs_proof: ask.id for ask in asks if ask.available_at <= now
            }.items():
                self._dependencies.hub.offer(
                    project_id, person, invitation, needs_proof=needs_proof
                )

    def _watch_rules(self) -> None:
        """Notify the pages connected here when any process has changed the rules."""
        listening = self._dependencies.hub.projects()
        if not listening:
            return
        with self._dependencies.store.read() as connection:
            versions = projects.rules_versions(connection, listening)
        for project_id, version in versions.items():
            # A page that has just connected may have received rules from a stale cache.
            if self._versions.get(project_id) != version:
                self._tell_rules(project_id)
        for project_id in set(listening) - versions.keys():
            self._dependencies.hub.end(project_id)
        self._versions = versions

    def _tell_rules(self, project_id: UUID) -> None:
        self._dependencies.project_cache.forget()
        with self._dependencies.store.read() as connection:
            project = projects.by_id(connection, project_id)
        if project is not None:
            live = self._dependencies.project_cache.live(project, self._dependencies.clock())
            self._dependencies.hub.rules_changed(project_id, project.rules_version, live.names)

    def _remove_deleted(self) -> None:
        """Drop deleted projects from the cache and delete one batch of each one's rows."""
        store, now = self._dependencies.store, self._dependencies.clock()
        for project_id, removable in deletion.marked(store, now).items():
            self._dependencies.project_cache.drop(project_id)
            if removable:
                deletion.remove_batch(store, project_id)

    def _flush(self) -> None:
        now = self._dependencies.clock()
        self._dependencies.key_use.flush(self._dependencies.store, now)
        self._dependencies.silences.flush(self._dependencies.store, now)
        counted = self._dependencies.folding.fold(self._dependencies.store, now)
        for project_id in counted:
            targets.close_reached(self._dependencies.store, project_id, now)
        self._dependencies.refused_logins.flush(self._dependencies.store, now)

    def _prune(self) -> None:
        """Once a day, delete data past its retention: sessions, login links, audit entries, files
        of earlier widget builds (this build's are kept), and each project's decisions."""
        now = self._dependencies.clock()
        today = now.date()
        if self._pruned == today:
            return
        keep = partial(widget_files.keep, files=widget_build.chunks(), now=now)
        self._dependencies.store.write(keep)
        for prune in (sessions.prune, login_links.prune, audit.prune):
            remove_all(self._dependencies.store, partial(prune, now=now), self._stop.is_set)
        with self._dependencies.store.read() as connection:
            all_projects = projects.all_of(connection)
        for project in all_projects:
            kept = timedelta(days=project.policy.get("decisions_kept_days", KEPT_DAYS))
            prune_decisions = partial(ledger.prune, project_id=project.id, before=today - kept)
            remove_all(self._dependencies.store, prune_decisions, self._stop.is_set)
        self._pruned = today

    def _empty_log(self) -> None:
        """Empty SQLite's log once a minute, so that it does not keep erased data. Retried while
        another connection reads or writes."""
        now = self._dependencies.clock()
        is_due = self._log_emptied is None or now - self._log_emptied >= EMPTY_LOG_EVERY
        if is_due and self._dependencies.store.empty_log():
            self._log_emptied = now
