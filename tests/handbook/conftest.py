"""A real Sayso for the handbook's examples, with a project and its keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.sayso_command import SAYSO, server_settings
from tests.handbook.example_server import ExampleServer
from tests.serve.conftest import started


@pytest.fixture(scope="session")
def example_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleServer]:
    """A server on SQLite, with one project that has every key."""
    folder = tmp_path_factory.mktemp("handbook")
    with started(folder) as server:
        settings = {**server_settings(server.data_dir, server.url), "PATH": _path()}
        created = subprocess.run(
            [SAYSO, "create-project", "Shop", "--origin", "https://shop.example", "--json"],
            env=settings,
            check=True,
            capture_output=True,
            text=True,
        )
        yield ExampleServer(server.url, json.loads(created.stdout), settings)


def _path() -> str:
    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"
