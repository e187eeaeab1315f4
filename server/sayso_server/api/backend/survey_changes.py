"""What every call about one survey does: find it, check what its author has read, change it, and
say what it is now."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from sayso_server.api.access import BackendCall
from sayso_server.api.backend.preconditions import CHANGED, Precondition, tagged
from sayso_server.errors import Conflict, NotFound, PreconditionFailed
from sayso_server.storage import audit, projects, surveys
from sayso_server.storage.audit import Action, Entry
from sayso_server.storage.surveys import Survey
from sayso_server.storage.transaction import Transaction

T = TypeVar("T")
Output = tuple[dict[str, Any], dict[str, str]]

UNKNOWN = "There is no survey with this id in the project."
HAS_ENDED = "The survey has ended; create a new one."


def found(tx: Transaction, survey_id: UUID) -> Survey:
    """The survey. Raises NotFound."""
    return _there(surveys.get(tx, survey_id))


def locked(tx: Transaction, survey_id: UUID, expected: Precondition) -> Survey:
    """The survey, which nobody else changes until the transaction ends. Raises NotFound,
    PreconditionFailed."""
    survey = _there(surveys.get(tx, survey_id, locked=True))
    expected.check(str(survey.revision))
    return survey


def check_revision(survey: Survey, call: Mapping[str, Any]) -> None:
    """A change that names the revision it was made on is made to no other. Raises
    PreconditionFailed."""
    if call.get("revision", survey.revision) != survey.revision:
        said = f"The draft is at revision {survey.revision} by now, not {call['revision']}."
        raise PreconditionFailed(CHANGED, errors={"revision": [said]})


def not_ended(survey: Survey) -> None:
    """Raises Conflict."""
    if survey.state == surveys.ENDED:
        raise Conflict(HAS_ENDED)


def record(
    tx: Transaction, backend: BackendCall, action: Action, survey: Survey, **details: Any
) -> None:
    """A line in the audit trail, in the transaction that makes the change."""
    said = {"name": survey.name, "version": survey.version, **details}
    entry = Entry(action, backend.actor, str(survey.id), tx.project_id, said)
    audit.record(tx.connection, entry, tx.now)


def transact(backend: BackendCall, work: Callable[[Transaction], T]) -> T:
    """Change what no page hears of."""
    return backend.parts.store.transact(backend.project.id, backend.now, work)


def tell_pages(backend: BackendCall, work: Callable[[Transaction], T]) -> T:
    """Change what is live; open pages are told by the new version of the rules."""

    def change(tx: Transaction) -> T:
        value = work(tx)
        projects.raise_rules_version(tx.connection, tx.project_id)
        return value

    value = transact(backend, change)
    backend.parts.directory.forget()
    return value


def output(survey: Survey) -> dict[str, Any]:
    """The wire's survey: its draft, and how that stands to what is live."""
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
    """Names the draft's revision."""
    return tagged(str(survey.revision))


def _there(survey: Survey | None) -> Survey:
    if survey is None:
        raise NotFound(UNKNOWN)
    return survey
