"""`sayso simulate`: what a survey's draft would have done."""

import json
import sys
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import click

from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.decision.counted import counted
from sayso_server.errors import SaysoError
from sayso_server.reporting.simulate import (
    LONGEST_DAYS,
    SimulationRequest,
    SimulationResult,
    simulate,
)
from sayso_server.reporting.simulation_facts import facts_of
from sayso_server.settings import from_environment
from sayso_server.storage.database.store import Store
from sayso_server.storage.history.replay import Progress
from sayso_server.storage.projects.projects import Project
from sayso_server.storage.surveys import surveys


@click.command("simulate")
@click.argument("project")
@click.argument("survey", type=click.UUID)
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1, LONGEST_DAYS),
    help="How far back events are replayed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the API's reply.")
def simulate_survey(project: str, survey: UUID, days: int, as_json: bool) -> None:
    """Show whom a survey's draft would have asked in the last days, and what prevented asks."""
    store = open_store(from_environment())
    with click.progressbar(length=1, label="Replaying", file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        result = _simulate(
            store, existing(store, project), survey, SimulationRequest(days), progress
        )
    facts = facts_of(result)
    say(*([json.dumps(facts, default=_as_text)] if as_json else _lines(facts)))


def _as_text(value: date | UUID) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _simulate(
    store: Store, project: Project, survey_id: UUID, request: SimulationRequest, progress: Progress
) -> SimulationResult:
    with store.view(project.id, datetime.now(UTC)) as tx:
        survey = surveys.get(tx, survey_id)
        if survey is None:
            raise SaysoError(f"The project has no survey {survey_id}.")
        return simulate(tx, project, survey, request, progress)


def _lines(facts: dict[str, Any]) -> list[str]:
    asks, span = facts["asks"], facts["span"]
    days = counted(round(span["days"]), "day")
    return [
        f"{counted(span['events'], 'event')} of {_people(span)} in {days}.",
        f"Asked: {counted(asks['total'], 'time')}, {_people(asks)}, {asks['a_day']:.1f} a day.",
        *_held_back(facts["held_back"]),
        *[_overlap(other) for other in facts["overlap"]],
        *([_estimate(facts["estimate"])] if facts["estimate"] else []),
        *[event["remedy"] for event in facts["missing_events"]],
        "Taken for granted:",
        *[f"  {assumption}" for assumption in facts["assumes"]],
    ]


def _held_back(reasons: list[dict[str, Any]]) -> list[str]:
    if not reasons:
        return ["Nothing held it back."]
    return [
        "Held back:",
        *[
            f"  {counted(reason['decisions'], 'time')}, {_people(reason)}: {reason['reason']}. "
            f"{reason['because']}"
            for reason in reasons
        ],
    ]


def _overlap(other: dict[str, Any]) -> str:
    first = "goes first" if other["goes_first"] else "gives way"
    lost, taken = other["held_back_by"], other["holds_back"]
    return (
        f"Beside “{other['name']}”, which {first}: loses {counted(lost['decisions'], 'ask')} to it "
        f"({_people(lost)}), takes {taken['decisions']:,} from it "
        f"({_people(taken)})."
    )


def _people(group: dict[str, Any]) -> str:
    return counted(group["people"], "person", "people")


def _estimate(estimate: dict[str, Any]) -> str:
    rate = f"{100 * estimate['response_rate']:.0f} % answering ({estimate['response_rate_from']})"
    if estimate["days"] is None:
        return f"± {estimate['margin']:g} points: never, as nobody would answer, with {rate}."
    return (
        f"± {estimate['margin']:g} points: in {counted(estimate['days'], 'day')}, with {rate}; "
        f"{counted(estimate['answers_needed'], 'answer')} needed, "
        f"{estimate['answers_so_far']:,} so far."
    )
