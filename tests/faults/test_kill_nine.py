"""`kill -9` at random moments while 16 writers run: every acknowledged write is stored once.

FAULTS_SEED=… repeats a run's random choices, but not its interleaving.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from pathlib import Path

import pytest

from tests.faults.audit import Findings, audit
from tests.faults.conftest import Report
from tests.faults.line import Weather
from tests.faults.project import create_project
from tests.faults.promises import Promises, together
from tests.faults.server import Server, serving, wait_until
from tests.faults.writer import Shared, Writer

WRITERS = 16
LONGEST_LIVES = (
    0.5,
    1.0,
    3.0,
)  # seconds of writing before a kill; in the longest, rollups are folded


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(2, id="2-kills"),
        pytest.param(50, id="50-kills", marks=[pytest.mark.proof, pytest.mark.timeout(1200)]),
    ],
)
def test_acknowledged_writes_are_stored_once_after_kills(
    migrated_database_url: str, tmp_path: Path, kills: int, report: Report
) -> None:
    seed = int(os.environ.get("FAULTS_SEED") or secrets.randbits(32))
    began = time.monotonic()
    with serving(tmp_path, migrated_database_url) as server:
        shared = Shared(create_project(server))
        writers = [Writer(server.port, shared, number, seed) for number in range(WRITERS)]
        try:
            for writer in writers:
                writer.start()
            _kill_again_and_again(server, writers, shared.weather, kills, random.Random(seed))
            shared.closing.set()
            for writer in writers:
                writer.join()
        finally:
            shared.weather.give_up.set()
        problems = [f"writer {one.number}: {one.problem!r}" for one in writers if one.problem]
        server.stop()
    promises = together(writer.promises for writer in writers)
    findings = audit(migrated_database_url, shared.project.id, promises)
    report(_figures(kills, writers, promises, findings, time.monotonic() - began))
    assert not problems, f"seed {seed}: {problems}\n{server.log}"
    assert not str(findings), f"seed {seed}: {findings}"
    assert "Traceback" not in server.log  # background work did not fail either


def _kill_again_and_again(
    server: Server, writers: list[Writer], weather: Weather, kills: int, chance: random.Random
) -> None:
    weather.serving.set()
    for _ in range(kills):
        _wait_for_work(server, writers)
        if any(writer.problem for writer in writers):
            return
        time.sleep(chance.uniform(0, chance.choice(LONGEST_LIVES)))
        weather.serving.clear()
        server.kill()
        server.start()
        server.wait_until_ready()
        weather.serving.set()
    _wait_for_work(server, writers)


def _wait_for_work(server: Server, writers: list[Writer]) -> None:
    """Waits until every writer got a response since the last start, or one found a problem."""
    before = {writer: writer.line.acknowledged for writer in writers}
    wait_until(
        lambda: (
            all(writer.line.acknowledged > count for writer, count in before.items())
            or any(writer.problem for writer in writers)
        ),
        lambda: f"The writers get no answers:\n{server.log}",
    )


def _figures(
    kills: int, writers: list[Writer], promises: Promises, findings: Findings, seconds: float
) -> str:
    acknowledged = sum(writer.line.acknowledged for writer in writers)
    unanswered = sum(writer.line.lost for writer in writers)
    answers = sum(len(invitation.answers) for invitation in promises.invitations.values())
    return (
        f"{kills} kills under {len(writers)} writers, {seconds:.0f} s: {acknowledged} × 2xx, "
        f"{unanswered} tries unanswered; of {len(promises.events)} events, "
        f"{len(promises.invitations)} invitations and {answers} answers "
        f"{len(findings.lost)} lost, {len(findings.double)} double, "
        f"{len(findings.miscounted)} miscounted"
    )
