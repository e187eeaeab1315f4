"""Who may call: a page of an allowed origin, or a backend with a secret key.

Neither reply tells whether another project's thing exists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from flask import g, request

from sayso_server.api.budget import Unproven
from sayso_server.api.call_limits import caller
from sayso_server.api.identity import proven_user
from sayso_server.decision.origins import allowed
from sayso_server.errors import Forbidden, NotFound, TooMany, Unauthorized
from sayso_server.limits import Charge
from sayso_server.parts import Parts, parts
from sayso_server.storage.projects import Project
from sayso_server.storage.transaction import Transaction

T = TypeVar("T")

UNKNOWN_PROJECT = "There is no project with this public key; copy it from the script tag."
WRONG_KEY = "This secret key is wrong or revoked; make one with `sayso create-key`."
BEARER = "Bearer "
WRONG_KEYS = "wrong_keys_per_minute"
LONGEST_KEY = 64  # characters; ours are shorter, and what is looked up is kept in memory


@dataclass
class PageCall:
    """A call of a page whose origin is allowed, at one moment."""

    parts: Parts
    project: Project
    now: datetime
    token: str | None = None

    @cached_property
    def _proof(self) -> tuple[str, int] | None:
        if not self.token:
            return None
        return proven_user(self.project, self.token, self.parts.settings.secret_key, self.now)

    @property
    def user_id(self) -> str | None:
        """The proven user, or None. Raises Unauthorized for a token that does not hold."""
        return self._proof[0] if self._proof else None

    @property
    def proven_until(self) -> int | None:
        """When the proof ends, in Unix seconds."""
        return self._proof[1] if self._proof else None

    def transact(
        self, work: Callable[[Transaction], T], *, visitor: str | None = None, rows: int = 1
    ) -> T:
        """Store something for the page. What an unproven visitor stores is charged; without a
        visitor the transaction itself finds out whose it is. Raises TooMany."""
        store = self.parts.store
        if self.user_id is not None:
            return store.transact(self.project.id, self.now, work)
        limits = self.parts.limits
        budget = Unproven(limits, self.project.id, caller(), g.get("body_size", 0), self.now)
        charges = budget.write(visitor, rows) if visitor is not None else []
        try:
            return store.transact(self.project.id, self.now, work, budget)
        except TooMany:
            limits.give_back(*charges)
            raise

    def reply(self, **values: Any) -> dict[str, Any]:
        """The reply, with the version of the page rules that every reply carries."""
        return {**values, "version": self.project.rules_version}


def public_project(public_key: str) -> tuple[Parts, Project, datetime]:
    """The project of a public key, for what anybody may read. Raises NotFound."""
    found = parts()
    now = found.clock()
    # PostgreSQL cannot even be asked for a NUL.
    may_be_one = public_key.isprintable() and len(public_key) <= LONGEST_KEY
    project = found.directory.by_public_key(public_key, now) if may_be_one else None
    if project is None:
        raise NotFound(UNKNOWN_PROJECT)
    return found, project, now


def check_page() -> None:
    """Before a page's call is read: the project exists and the origin is one of its own. Raises
    NotFound, Forbidden."""
    if request.method != "POST":
        return
    found, project, now = public_project((request.view_args or {})["public_key"])
    origin = request.headers.get("Origin", "")
    if not allowed(origin.lower(), project.origins):
        raise Forbidden(
            f"The origin {origin!r} is not allowed; add it with `sayso change-project` or by "
            "PATCH /v1/project.",
            code="origin_not_allowed",
        )
    g.page = PageCall(found, project, now)


def page_call(token: str | None = None) -> PageCall:
    """The checked call of a page, with the identity token it carries."""
    page: PageCall = g.page
    page.token = token
    return page


@dataclass(frozen=True, slots=True)
class BackendCall:
    """A call with a secret key, at one moment."""

    parts: Parts
    project: Project
    now: datetime

    @property
    def actor(self) -> str:
        """Who calls, as the audit trail names it."""
        return f"key {self.project.key_id}"


def check_backend() -> None:
    """Before a backend's call is read: its key opens a project. Raises Unauthorized, TooMany."""
    found = parts()
    now = found.clock()
    key = request.headers.get("Authorization", "")
    if not key.startswith(BEARER):
        found.limits.spend(Charge(WRONG_KEYS, caller()))
        raise Unauthorized("Send the secret key as `Authorization: Bearer sk_…`.")
    project = _opened_by(found, key.removeprefix(BEARER).strip(), now)
    found.key_use.note(project, now)
    found.limits.spend(Charge("backend_calls_per_minute", str(project.key_id)))
    g.backend = BackendCall(found, project, now)


def _opened_by(found: Parts, key: str, now: datetime) -> Project:
    """The project that the secret key opens. Raises Unauthorized, TooMany."""
    project = found.directory.by_secret_key(key, now) if _may_look_up(found, key) else None
    if project is None:
        found.limits.spend(Charge(WRONG_KEYS, caller()))
        raise Unauthorized(WRONG_KEY)
    return project


def _may_look_up(found: Parts, key: str) -> bool:
    """Whoever has tried too many wrong keys costs no query; a key that was right before is looked
    up all the same, as its backend may share the address."""
    if len(key) > LONGEST_KEY:
        return False
    return found.directory.opened(key) or not found.limits.spent(WRONG_KEYS, caller())


def backend_call(scope: str) -> BackendCall:
    """The checked call of a backend, whose key must have the scope. Raises Forbidden."""
    backend: BackendCall = g.backend
    if scope not in backend.project.scopes:
        raise Forbidden(f"This secret key lacks the scope `{scope}`.", code="scope_missing")
    return backend
