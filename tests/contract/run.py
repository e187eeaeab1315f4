"""One run of schemathesis against a real server, over a socket, and its report."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sayso_server.dependencies import dependencies
from sayso_server.tokens.debug import debug_token
from tests.faults.server import Server, serving
from tests.product import SECRET_KEY, Clock, Product, make_app, make_product

CONFIG = Path(__file__).with_name("schemathesis.toml")
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@dataclass(frozen=True, slots=True)
class Report:
    """The replies by phase and operation, and how the run ended."""

    returncode: int
    said: str
    statuses: Mapping[str, Mapping[str, Counter[int]]]  # phase → operation → status → how often
    checks: set[str]  # that ran on at least one reply

    @property
    def cases(self) -> int:
        return sum(n for by in self.statuses.values() for one in by.values() for n in one.values())

    def succeeded(self, phase: str) -> set[str]:
        """The operations that replied 2xx in this phase."""
        return {
            operation
            for operation, statuses in self.statuses.get(phase, {}).items()
            if any(200 <= status < 300 for status in statuses)
        }


def run(folder: Path, database_url: str, *, spare: int, arguments: list[str]) -> Report:
    """Serve the migrated database and let schemathesis call every operation."""
    clock = Clock()
    clock.now = datetime.now(UTC)
    app = make_app(database_url, folder, clock)
    products = [make_product(app, clock) for _ in range(1 + spare)]
    products[0].survey("csat")
    environment = _environment(folder, products, clock)
    dependencies(app).store.engine.dispose()
    with serving(folder, database_url, SAYSO_SECRET_KEY=SECRET_KEY) as server:
        return _run(folder, server, environment, arguments)


def _environment(folder: Path, products: list[Product], clock: Clock) -> dict[str, str]:
    first, *others = products
    spare = folder / "spare-keys"
    spare.write_text("\n".join(one.secret_key for one in others))
    project = first.dependencies.project_cache.by_secret_key(first.secret_key, clock.now)
    assert project is not None
    return {
        "CONTRACT_KEY": first.secret_key,
        "CONTRACT_KEY_ID": str(project.key_id),
        "CONTRACT_PUBLIC_KEY": first.public_key,
        "CONTRACT_DEBUG_TOKEN": debug_token(project, SECRET_KEY, clock.now, timedelta(days=1)),
        "CONTRACT_SPARE_KEYS": str(spare),
    }


def _run(
    folder: Path, server: Server, environment: Mapping[str, str], arguments: list[str]
) -> Report:
    events = folder / "events.ndjson"
    url = f"http://127.0.0.1:{server.port}"
    command = [SCHEMATHESIS, "--config-file", CONFIG, "run", f"{url}/v1/openapi.json"]
    command += ["--url", url, "--report", "ndjson", "--report-ndjson-path", events]
    done = subprocess.run(
        [*map(str, command), "--seed", "42", *arguments],
        env={**os.environ, **environment, "PYTHONPATH": str(CONFIG.parents[2])},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return _report(done, events)


def _report(done: "subprocess.CompletedProcess[str]", events: Path) -> Report:
    statuses: dict[str, dict[str, Counter[int]]] = {}
    checks: set[str] = set()
    for scenario in _scenarios(events):
        recorder = scenario["recorder"]
        for operation, status in _replies(recorder):
            of_phase = statuses.setdefault(scenario["phase"], {})
            of_phase.setdefault(operation, Counter())[status] += 1
        checks |= {made["name"] for one in recorder.get("checks", {}).values() for made in one}
    return Report(done.returncode, done.stdout, statuses, checks)


def _scenarios(events: Path) -> Iterator[dict[str, Any]]:
    """The finished scenarios in the run's own report."""
    with events.open() as lines:
        for line in lines:
            scenario = json.loads(line).get("ScenarioFinished")
            if scenario is not None:
                yield scenario


def _replies(recorder: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Operation and status of every reply."""
    for name, interaction in recorder.get("interactions", {}).items():
        status = (interaction.get("response") or {}).get("status_code")
        if status is not None:
            case = recorder["cases"][name]["value"]
            yield f"{case['method']} {case['path']}", status
