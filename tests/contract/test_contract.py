"""The server conforms to its OpenAPI description, by every check of schemathesis in every phase.
Every operation succeeds when called only through the description's links."""

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis.specs.openapi.checks  # noqa: F401  # registers them
from schemathesis.checks import CHECKS

from tests.contract.run import Report, run
from tests.product import Clock, make_app

OURS = {"refused_for_its_meaning"}
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "25")
"""Generated cases for each operation, in addition to boundary cases. The stateful phase runs eight
times as many scenarios."""

# A run over a few operations follows more links. Each family includes its prerequisites.
FAMILIES = {
    "surveys": r"backend\.(get_project|\w+_surveys?|\w+_versions?|get_report)$",
    "states": r"backend\.(get_project|(create|publish|pause|resume|end)_survey)$",
    "answers": r"(backend\.get_project$|page\.(decide|respond)$|answer\.)",
    "pages": r"(backend\.get_project$|page\.|answer\.)",
    "people": r"backend\.(get_project|add_events|add_people|\w+_person|list_decisions)$",
    "kept": r"backend\.(get_project|change_project|delete_project|\w+_keys?|\w+_segments?"
    r"|\w+_policy)$",
}


def described(folder: Path, database_url: str, clock: Clock) -> set[str]:
    """Every operation of the served description."""
    client = make_app(database_url, folder, clock).test_client()
    paths: dict[str, dict[str, Any]] = client.get("/v1/openapi.json").get_json()["paths"]
    return {
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method in operations
        if method != "parameters"
    }


def assert_clean(report: Report) -> None:
    assert report.returncode == 0, report.said[-20_000:]
    assert report.checks == {*CHECKS.get_all_names(), *OURS}


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_the_description_is_exact(migrated_database_url: str, tmp_path: Path, clock: Clock) -> None:
    operations = described(tmp_path, migrated_database_url, clock)
    phases = ["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES]
    report = run(tmp_path, migrated_database_url, spare=3_000, arguments=phases)
    assert_clean(report)
    assert operations <= set(report.statuses["coverage"])
    print(f"{report.cases} cases over {len(operations)} operations")  # noqa: T201  # the figures


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_every_operation_succeeds_by_links(
    migrated_database_url: str, tmp_path: Path, clock: Clock
) -> None:
    operations = described(tmp_path, migrated_database_url, clock)
    succeeded, cases = set(), 0
    for family, operation_ids in FAMILIES.items():
        folder = tmp_path / family
        folder.mkdir()
        of_family = ["--include-operation-id-regex", operation_ids]
        phases = ["--phases", "stateful", "--max-examples", str(8 * int(EXAMPLES))]
        report = run(folder, migrated_database_url, spare=500, arguments=[*phases, *of_family])
        assert_clean(report)
        succeeded |= report.succeeded("stateful")
        cases += report.cases
    assert operations - succeeded == set()
    print(f"{cases} cases by links")  # noqa: T201  # the figure of the proof
