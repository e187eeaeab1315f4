"""The steps that calls about one survey share: load and lock it, check the precondition, change it,
add an audit entry, serialise it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from sayso_server.api.access import BackendCall
from sayso_server.api.backend.preconditions import CHANGED, Precondition, tagged
from sayso_server.errors import Conflict, NotFound, PreconditionFailed
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects import audit, projects
from sayso_server.storage.projects.audit import Action, Entry
from sayso_server.storage.surveys import surveys
from sayso_server.storage.surveys.surveys import Survey

T = TypeVar("T")
Output = tuple[dict[str, Any], dict[str, str]]

UNKNOWN = "There is no survey with this id in the project."
HAS_ENDED = "The survey has ended; create a new one."


def existing(tx: Transaction, survey_id: UUID) -> Survey:
    """The survey. Raises NotFound."""
    return _or_not_found(surveys.get(tx, survey_id))


def locked(tx: Transaction, survey_id: UUID, expected: Precondition) -> Survey:
    """The survey, with its row locked. Raises NotFound, PreconditionFailed."""
    survey = _or_not_found(surveys.get(tx, survey_id, locked=True))
    expected.check(str(survey.revision))
    return survey


def check_revision(survey: Survey, call: Mapping[str, Any]) -> None:
    """Raises PreconditionFailed if the call's `revision` differs from the draft's."""
    if call.get("revision", survey.revision) != survey.revision:
        message = f"The draft is at revision {survey.revision} by now, not {call['revision']}."
        raise PreconditionFailed(CHANGED, errors={"revision": [message]})


def check_not_ended(survey: Survey) -> None:
    """Raises Conflict if the survey has ended."""
    if survey.state == surveys.ENDED:
        raise Conflict(HAS_ENDED)


def record(
    tx: Transaction, backend: BackendCall, action: Action, survey: Survey, **details: Any
) -> None:
    """Add an audit entry, in the transaction that makes the change."""
    details = {"name": survey.name, "version": survey.version, **details}
    entry = Entry(action, backend.actor, str(survey.id), tx.project_id, details)
    audit.record(tx.connection, entry, tx.now)


def transact(backend: BackendCall, work: Callable[[Transaction], T]) -> T:
    """Run a change that does not affect pages."""
    return backend.dependencies.store.transact(backend.project.id, backend.now, work)


def tell_pages(backend: BackendCall, work: Callable[[Transaction], T]) -> T:
    """Apply a change to a live survey and raise the rules version, so that open pages
    pick it up."""

    def change(tx: Transaction) -> T:
        value = work(tx)
        projects.raise_rules_version(tx.connection, tx.project_id)
        return value

    value = transact(backend, change)
    backend.dependencies.project_cache.forget()
    return value


def output(survey: Survey) -> dict[str, Any]:
    """The survey as in replies: its state and its draft."""
    return {
        "id": survey.id,
        "name": survey.name,
        "state": survey.state,
        "version": survey.version,
        "revision": survey.revision,
        "draft_differs": survey.draft_differs,
        "created_at": survey.created_at,
        "updated_at": survey.updated_at,
        **survey.definition,
    }


def header(survey: Survey) -> dict[str, str]:
    """The ETag header: the draft's revision."""
    return tagged(str(survey.revision))


def _or_not_found(survey: Survey | None) -> Survey:
    if survey is None:
        raise NotFound(UNKNOWN)
    return survey
