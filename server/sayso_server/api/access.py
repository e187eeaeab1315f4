"""Access control: a page needs an allowed origin, a backend needs a secret key.

A reply never reveals whether a resource exists in another project.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from flask import g, request

from sayso_server.api.budget import UnprovenBudget
from sayso_server.api.call_limits import caller
from sayso_server.decision.origins import allowed
from sayso_server.dependencies import Dependencies, dependencies
from sayso_server.errors import Forbidden, NotFound, TooMany, Unauthorized
from sayso_server.limits import Charge
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects.projects import Project
from sayso_server.tokens.identity import proven_user

T = TypeVar("T")

UNKNOWN_PROJECT = "There is no project with this public key; copy it from the script tag."
WRONG_KEY = "This secret key is wrong or revoked; make one with `sayso create-key`."
BEARER = "Bearer "
WRONG_KEYS = "wrong_keys_per_minute"
LONGEST_KEY = 64  # characters; our keys are shorter, and the cache stores every key looked up


@dataclass
class PageCall:
    """A request from a page whose origin is allowed."""

    dependencies: Dependencies
    project: Project
    now: datetime
    token: str | None = None

    @cached_property
    def _proof(self) -> tuple[str, int] | None:
        if not self.token:
            return None
        return proven_user(
            self.project, self.token, self.dependencies.settings.secret_key, self.now
        )

    @property
    def user_id(self) -> str | None:
        """The proven user, or None. Raises Unauthorized for an invalid token."""
        return self._proof[0] if self._proof else None

    @property
    def proven_until(self) -> int | None:
        """When the token expires, in Unix seconds."""
        return self._proof[1] if self._proof else None

    def transact(
        self, work: Callable[[Transaction], T], *, visitor: str | None = None, rows: int = 1
    ) -> T:
        """Run a write transaction. Writes by an unproven visitor are charged to the visitor's
        limits: here if `visitor` is given, else inside the transaction. Raises TooMany."""
        store = self.dependencies.store
        if self.user_id is not None:
            return store.transact(self.project.id, self.now, work)
        limits = self.dependencies.limits
        budget = UnprovenBudget(limits, self.project.id, caller(), g.get("body_size", 0), self.now)
        charges = budget.write(visitor, rows) if visitor is not None else []
        try:
            return store.transact(self.project.id, self.now, work, budget)
        except TooMany:
            limits.give_back(*charges)
            raise

    def reply(self, **values: Any) -> dict[str, Any]:
        """Add the version of the page rules, which every reply contains."""
        return {**values, "version": self.project.rules_version}


def public_project(public_key: str) -> tuple[Dependencies, Project, datetime]:
    """The project with this public key; the origin is not checked. Raises NotFound."""
    current = dependencies()
    now = current.clock()
    # PostgreSQL rejects a query parameter with a NUL.
    well_formed = public_key.isprintable() and len(public_key) <= LONGEST_KEY
    project = current.project_cache.by_public_key(public_key, now) if well_formed else None
    if project is None:
        raise NotFound(UNKNOWN_PROJECT)
    return current, project, now


def check_page() -> None:
    """Runs before each POST from a page: checks that the project exists and the origin is allowed.
    Raises NotFound, Forbidden."""
    if request.method != "POST":
        return
    current, project, now = public_project((request.view_args or {})["public_key"])
    origin = request.headers.get("Origin", "")
    if not allowed(origin.lower(), project.origins):
        raise Forbidden(
            f"The origin {origin!r} is not allowed; add it with `sayso change-project` or by "
            "PATCH /v1/project.",
            code="origin_not_allowed",
        )
    g.page = PageCall(current, project, now)


def page_call(token: str | None = None) -> PageCall:
    """The page call that `check_page` accepted, with the identity token from its body."""
    page: PageCall = g.page
    page.token = token
    return page


@dataclass(frozen=True, slots=True)
class BackendCall:
    """A request with a valid secret key."""

    dependencies: Dependencies
    project: Project
    now: datetime

    @property
    def actor(self) -> str:
        """The caller's name in the audit trail."""
        return f"key {self.project.key_id}"


def check_backend() -> None:
    """Runs before each backend call: looks up the project by its secret key. Raises Unauthorized,
    TooMany."""
    current = dependencies()
    now = current.clock()
    key = request.headers.get("Authorization", "")
    if not key.startswith(BEARER):
        current.limits.spend(Charge(WRONG_KEYS, caller()))
        raise Unauthorized("Send the secret key as `Authorization: Bearer sk_…`.")
    project = _project_of(current, key.removeprefix(BEARER).strip(), now)
    current.key_use.note(project, now)
    current.limits.spend(Charge("backend_calls_per_minute", str(project.key_id)))
    g.backend = BackendCall(current, project, now)


def _project_of(current: Dependencies, key: str, now: datetime) -> Project:
    """The project with this secret key. Raises Unauthorized, TooMany."""
    project = current.project_cache.by_secret_key(key, now) if _may_look_up(current, key) else None
    if project is None:
        current.limits.spend(Charge(WRONG_KEYS, caller()))
        raise Unauthorized(WRONG_KEY)
    return project


def _may_look_up(current: Dependencies, key: str) -> bool:
    """Whether to look up the key: not if the address has sent too many wrong keys. A key that was
    valid is still looked up, since its backend may share that address."""
    if len(key) > LONGEST_KEY:
        return False
    return current.project_cache.was_valid(key) or not current.limits.spent(WRONG_KEYS, caller())


def backend_call(scope: str) -> BackendCall:
    """The backend call that `check_backend` accepted. Raises Forbidden if its key lacks the
    scope."""
    backend: BackendCall = g.backend
    if scope not in backend.project.scopes:
        raise Forbidden(f"This secret key lacks the scope `{scope}`.", code="scope_missing")
    return backend
