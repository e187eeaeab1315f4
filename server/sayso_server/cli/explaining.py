"""`sayso explain`: why a person was asked or not; `sayso debug-token`: the same on a page."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import click

from sayso_server.asking.explain import Explained, explain
from sayso_server.asking.explain_in_words import Names, check_in_words, in_words, outcome
from sayso_server.asking.project_cache import ProjectCache
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.decision.counted import counted
from sayso_server.decision.reasons import BY_CODE
from sayso_server.errors import SaysoError
from sayso_server.settings import from_environment
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.decisions import ledger
from sayso_server.storage.decisions.ledger import LedgerQuery
from sayso_server.storage.people import people
from sayso_server.storage.people.people import KnownPerson
from sayso_server.storage.projects import audit
from sayso_server.storage.projects.audit import COMMAND, Action, Entry
from sayso_server.storage.surveys import surveys
from sayso_server.tokens.debug import debug_token

SPAN = timedelta(days=90)
LINES_AT_MOST = 8  # decisions shown; the API lists all
NOTHING = (
    "Nothing was decided. Either what starts the survey did not happen, or it was ruled out on the "
    "page (another URL, no click), which never reaches the server."
)


@click.command("explain")
@click.argument("project")
@click.option("--person", required=True, help="A user id, or a visitor id of sayso.js.")
@click.option("--survey", type=click.UUID, help="Only this survey.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only this day (UTC).")
def explain_person(project: str, person: str, survey: UUID | None, day: datetime | None) -> None:
    """Show why a person was asked or not, and which rules they pass now."""
    store = open_store(from_environment())
    found = existing(store, project)
    now = datetime.now(UTC)
    live = ProjectCache(store).live(found, now)
    with store.view(found.id, now) as tx:
        known = people.find_user(tx, person) or people.find_page_person(tx, person, None)
        if known is None:
            raise SaysoError(f"Nothing is known of {person!r} in this project.")
        names = {str(row.id): row.name for row in surveys.all_of(tx)}
        if survey is not None and str(survey) not in names:
            raise SaysoError(f"There is no survey {survey} in this project.")
        rows = ledger.search(tx, _sought(tx, known, survey, day), LINES_AT_MOST)
        explained = explain(tx, live, known, None)
    say(f"{person} in {found.name}")
    _print_decisions(rows, names, day)
    _print_current([item for item in explained if survey in (None, item.survey.id)], names)


@click.command("debug-token")
@click.argument("project")
@click.option(
    "--minutes", default=15, show_default=True, type=click.IntRange(1, 1440), help="How long."
)
def make_debug_token(project: str, minutes: int) -> None:
    """Print a token for sayso.debug(), which shows on a page which rules pass there."""
    settings = from_environment()
    store = open_store(settings)
    found, now = existing(store, project), datetime.now(UTC)
    token = debug_token(found, settings.secret_key, now, timedelta(minutes=minutes))
    entry = Entry(Action.DEBUG_TOKEN_MADE, COMMAND, found.name, found.id, {"minutes": minutes})
    store.write(lambda connection: audit.record(connection, entry, now))
    say(f'sayso.debug("{token}")')


def _sought(
    tx: Transaction, known: KnownPerson, survey: UUID | None, day: datetime | None
) -> LedgerQuery:
    last: date = tx.now.date() if day is None else day.date()
    first = last - SPAN if day is None else last
    return LedgerQuery(first, last, known.id, survey)


def _print_decisions(rows: Iterable[Mapping[str, Any]], names: Names, day: datetime | None) -> None:
    say("", f"On {day:%-d %B %Y}" if day else "The last 90 days")
    empty = True
    for row in rows:
        empty = False
        decision = in_words(BY_CODE[row["reason"]], row["saw"], names)
        name = names.get(str(row["survey_id"]), "a survey that was deleted")
        say(f"  {_times(row)}  {name}: {decision['reason']}")
        say(f"      {decision['because']}")
        if decision["remedy"]:
            say(f"      → {decision['remedy']}")
    if empty:
        say(f"  {NOTHING}")


def _times(row: Mapping[str, Any]) -> str:
    last = f"{row['last_at']:%-d %b %H:%M} UTC"
    return last if row["count"] == 1 else f"{counted(row['count'], 'time')}, last {last}"


def _print_current(explained: Iterable[Explained], names: Names) -> None:
    for item in explained:
        decision = outcome(item, names)
        say("", f"If it happened now, {names[str(item.survey.id)]}: {decision['reason']}")
        for check in [check_in_words(check, names) for check in item.checks]:
            say(f"  {'✓' if check['passed'] else '✗'} {check['because']}")
            if not check["passed"]:
                say(f"      → {check['remedy']}")
