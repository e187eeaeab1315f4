"""What a survey's draft would have done, on the command line."""

import json
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click

from sayso_server.api.backend.simulate import LONGEST_DAYS, SimulationOutput, serialise
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.errors import SaysoError
from sayso_server.settings import from_environment
from sayso_server.storage import projects, surveys
from sayso_server.storage.replay import Progress
from sayso_server.storage.simulating import Simulated, Wanted, simulate
from sayso_server.storage.store import Store


@click.command("simulate")
@click.argument("project", type=click.UUID)
@click.argument("survey", type=click.UUID)
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1, LONGEST_DAYS),
    help="How far back events are replayed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the API's reply.")
def simulate_survey(project: UUID, survey: UUID, days: int, as_json: bool) -> None:
    """Say whom a survey's draft would have asked in the last days, and what held it back."""
    store = open_store(from_environment())
    with click.progressbar(length=1, label="Replaying", file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        found = _simulate(store, project, survey, Wanted(days), progress)
    said = SimulationOutput().dump(serialise(found))
    say(*([json.dumps(said)] if as_json else _lines(said)))


def _simulate(
    store: Store, project_id: UUID, survey_id: UUID, wanted: Wanted, progress: Progress
) -> Simulated:
    with store.view(project_id, datetime.now(UTC)) as tx:
        project = projects.by_id(tx.connection, project_id)
        if project is None:
            raise SaysoError(f"There is no project {project_id}.")
        survey = surveys.get(tx, survey_id)
        if survey is None:
            raise SaysoError(f"The project has no survey {survey_id}.")
        return simulate(tx, project, survey, wanted, progress)


def _lines(said: dict[str, Any]) -> list[str]:
    asks, span = said["asks"], said["span"]
    return [
        f"{span['events']:,} events of {span['people']:,} people in {span['days']:.0f} days.",
        f"Asked: {asks['total']:,} times, {asks['people']:,} people, {asks['a_day']:.1f} a day.",
        *_held_back(said["held_back"]),
        *[_overlap(one) for one in said["overlap"]],
        *([_estimate(said["estimate"])] if said["estimate"] else []),
        *[one["remedy"] for one in said["missing_events"]],
        "Taken for granted:",
        *[f"  {one}" for one in said["assumes"]],
    ]


def _held_back(reasons: list[dict[str, Any]]) -> list[str]:
    if not reasons:
        return ["Nothing held it back."]
    return [
        "Held back:",
        *[
            f"  {one['decisions']:,} times, {one['people']:,} people: {one['reason']}. "
            f"{one['because']}"
            for one in reasons
        ],
    ]


def _overlap(one: dict[str, Any]) -> str:
    first = "goes first" if one["goes_first"] else "gives way"
    lost, taken = one["held_back_by"], one["holds_back"]
    return (
        f"Beside “{one['name']}”, which {first}: loses {lost['decisions']:,} asks to it "
        f"({lost['people']:,} people), takes {taken['decisions']:,} from it "
        f"({taken['people']:,} people)."
    )


def _estimate(one: dict[str, Any]) -> str:
    rate = f"{100 * one['response_rate']:.0f} % answering ({one['response_rate_from']})"
    if one["days"] is None:
        return f"± {one['margin']:g} points: never, as nobody would answer, with {rate}."
    return (
        f"± {one['margin']:g} points: in {one['days']:,} days, with {rate}; "
        f"{one['answers_needed']:,} answers are needed, {one['answers_so_far']:,} are there."
    )
