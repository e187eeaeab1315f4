"""`sayso explain`: why somebody was asked, or was not, in one screen; and tokens for the same on a
page."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import click

from sayso_server.api.debug_token import debug_token
from sayso_server.api.explained import Names, check, in_words, outcome
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.decision.reasons import BY_CODE
from sayso_server.errors import SaysoError
from sayso_server.settings import from_environment
from sayso_server.storage import ledger, people, surveys
from sayso_server.storage.directory import Directory
from sayso_server.storage.explaining import Explained, explain
from sayso_server.storage.ledger import Sought
from sayso_server.storage.people import Known
from sayso_server.storage.transaction import Transaction

SPAN = timedelta(days=90)
LINES_AT_MOST = 8  # decisions shown; the API has the rest
NOTHING = (
    "Nothing was decided. Either what starts the survey did not happen, or it was ruled out on the "
    "page (another URL, no click), which never reaches the server."
)


@click.command("explain")
@click.argument("project", type=click.UUID)
@click.option("--person", required=True, help="A user id, or a visitor id of sayso.js.")
@click.option("--survey", type=click.UUID, help="Only this survey.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only this day (UTC).")
def explain_person(project: UUID, person: str, survey: UUID | None, day: datetime | None) -> None:
    """Say why a person was asked, or was not, and how every rule stands for them now."""
    store = open_store(from_environment())
    found = existing(store, project)
    now = datetime.now(UTC)
    live = Directory(store).live(found, now)
    with store.view(project, now) as tx:
        known = people.find_user(tx, person) or people.find_page_person(tx, person, None)
        if known is None:
            raise SaysoError(f"Nothing is known of {person!r} in this project.")
        names = {str(one.id): one.name for one in surveys.all_of(tx)}
        if survey is not None and str(survey) not in names:
            raise SaysoError(f"There is no survey {survey} in this project.")
        rows = ledger.search(tx, _sought(tx, known, survey, day), LINES_AT_MOST)
        standing = explain(tx, live, known, None)
    say(f"{person} in {found.name}")
    _tell_past(rows, names, day)
    _tell_now([one for one in standing if survey in (None, one.survey.id)], names)


@click.command("debug-token")
@click.argument("project", type=click.UUID)
@click.option(
    "--minutes", default=15, show_default=True, type=click.IntRange(1, 1440), help="How long."
)
def make_debug_token(project: UUID, minutes: int) -> None:
    """Print a token that lets sayso.debug() show on a page how every rule stands there."""
    settings = from_environment()
    found = existing(open_store(settings), project)
    lasts = timedelta(minutes=minutes)
    token = debug_token(found, settings.secret_key, datetime.now(UTC), lasts)
    say(f'sayso.debug("{token}")')


def _sought(tx: Transaction, known: Known, survey: UUID | None, day: datetime | None) -> Sought:
    last: date = tx.now.date() if day is None else day.date()
    first = last - SPAN if day is None else last
    return Sought(first, last, known.id, survey)


def _tell_past(rows: Iterable[Mapping[str, Any]], names: Names, day: datetime | None) -> None:
    say("", f"On {day:%-d %B %Y}" if day else "The last 90 days")
    told = False
    for row in rows:
        told = True
        said = in_words(BY_CODE[row["reason"]], row["saw"], names)
        name = names.get(str(row["survey_id"]), "a survey that was deleted")
        say(f"  {_times(row)}  {name}: {said['reason']}")
        say(f"      {said['because']}")
        if said["remedy"]:
            say(f"      → {said['remedy']}")
    if not told:
        say(f"  {NOTHING}")


def _times(row: Mapping[str, Any]) -> str:
    last = f"{row['last_at']:%-d %b %H:%M} UTC"
    return last if row["count"] == 1 else f"{row['count']} times, last {last}"


def _tell_now(standing: Iterable[Explained], names: Names) -> None:
    for one in standing:
        said = outcome(one, names)
        say("", f"If it happened now, {names[str(one.survey.id)]}: {said['reason']}")
        for held in [check(rule, names) for rule in one.checks]:
            say(f"  {'✓' if held['passed'] else '✗'} {held['because']}")
            if not held["passed"]:
                say(f"      → {held['remedy']}")
