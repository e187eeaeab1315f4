"""The Dockerfile, compose.yaml and the hosted CI agree with the server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sayso_server.cli.commands import sayso
from sayso_server.settings import Settings
from tests.handbook.commands import unknown_options
from tests.packaging import image
from tests.serve.conftest import started

ROOT = Path(__file__).parents[2]
SETTING = re.compile(r"\bSAYSO_[A-Z_]+\b")
SETTINGS = {f"SAYSO_{name.upper()}" for name in Settings.__dataclass_fields__}


def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return services


def test_the_build_context_has_all_that_is_copied_and_no_more() -> None:
    sources = [source for given, _ in image.copied() for source in given]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if image.is_ignored(source)] == []
    for private in (".env", ".git", "sayso-data/sayso.db", "var", "tests"):
        assert image.is_ignored(private)


def test_the_image_runs_a_known_command_as_nobody_in_particular() -> None:
    words = [*image.arguments_of("ENTRYPOINT"), *image.arguments_of("CMD")]
    assert unknown_options(sayso, words) == []
    (user,) = [step.arguments for step in image.steps() if step.name == "USER"]
    assert int(user.partition(":")[0]) > 0
    instructions = [step.name for step in image.steps() if step.stage == 1]
    assert "RUN" not in instructions[instructions.index("USER") :]


@pytest.mark.parametrize("is_up", [True, False])
def test_the_health_check_of_the_image(is_up: bool, tmp_path: Path) -> None:
    (program, *arguments) = image.arguments_of("HEALTHCHECK")
    assert program == "python"

    def status(port: str) -> int:
        words = [word.replace("8300", port) for word in arguments]
        done = subprocess.run([sys.executable, *words], stderr=subprocess.DEVNULL, check=False)
        return done.returncode

    with started(tmp_path) as server:
        port = server.url.rpartition(":")[2]
        if is_up:
            assert status(port) == 0
    if not is_up:
        assert status(port) != 0


def test_every_setting_in_the_files_exists() -> None:
    for name in ("Dockerfile", "compose.yaml"):
        assert set(SETTING.findall((ROOT / name).read_text())) <= SETTINGS


def test_compose_starts_the_server_after_what_it_needs() -> None:
    services = compose()
    server = services["server"]
    assert unknown_options(sayso, ["sayso", *server["command"]]) == []
    needed = server["depends_on"]
    assert set(needed) == services.keys() - {"server"}
    for name, condition in needed.items():
        assert condition == {"condition": "service_healthy"}
        assert services[name]["healthcheck"]["test"][0] == "CMD"
    for required in ("SAYSO_SECRET_KEY", "SAYSO_DATABASE_URL"):
        assert ":?" in server["environment"][required]
    assert all(port.startswith("127.0.0.1:") for port in server["ports"])


def test_the_hosted_ci_runs_what_everybody_runs() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert workflow["permissions"] == {"contents": "read"}
    assert os.access(ROOT / ".ci/run", os.X_OK)
    oldest = re.search(r'requires-python = ">=(3\.\d+)"', (ROOT / "pyproject.toml").read_text())
    assert oldest
    assert job["strategy"]["matrix"]["python"][0] == oldest[1]
