"""`python -m demo`, started once, and our own host sites beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.demo.running import Demo, running
from tests.e2e.host_site import HostSite, serving
from tests.e2e.own_server import Server
from tests.e2e.project import Project, create_project
from tests.servers import free_port

expect.set_options(timeout=30_000)  # only a failure takes this long

ProjectFor = Callable[..., Project]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Sayso and the shop as `make run` starts them, except that the shop's pages ask at once."""
    options = ("--sayso-port", str(free_port()), "--shop-port", str(free_port()))
    with running(tmp_path_factory.mktemp("demo"), *options) as started:
        started.wait_until_ready()
        shop = Project(started.sayso, started.data_dir, started.project)
        shop.policy()
        shop.client.close()
        yield started


@pytest.fixture(scope="session")
def shop_project(demo: Demo) -> Iterator[Project]:
    """The shop's own project."""
    project = Project(demo.sayso, demo.data_dir, demo.project)
    yield project
    project.client.close()


@pytest.fixture
def host() -> Iterator[HostSite]:
    """A host's site without pages; tests add them."""
    with serving() as site:
        yield site


@pytest.fixture
def project_for(demo: Demo) -> Iterator[ProjectFor]:
    """Create projects on the demo's server that allow the given origins."""
    made: list[Project] = []

    def make(*origins: str) -> Project:
        made.append(create_project(demo.sayso, demo.data_dir, *origins))
        return made[-1]

    yield make
    for project in made:
        project.client.close()


@pytest.fixture
def project(host: HostSite, project_for: ProjectFor) -> Project:
    """A project that allows the host's origin."""
    return project_for(host.origin)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The test's own server, not started yet."""
    made = Server(tmp_path)
    yield made
    made.kill()
