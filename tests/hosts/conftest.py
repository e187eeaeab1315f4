"""A real Sayso server, and other people's pages with its tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.demo.running import Demo, running
from tests.e2e.project import Project, create_project
from tests.hosts import applications, generated_sites, packaged_pages
from tests.hosts.host import Host
from tests.hosts.static_site import StaticSite, serving
from tests.hosts.visit import ASK_AGAIN, NewContext, Visit, visit
from tests.servers import free_port

expect.set_options(timeout=30_000)  # only a failure takes this long


@dataclass(frozen=True)
class Ports:
    """The applications' ports, chosen first because the project lists their origins."""

    django: int
    jupyterlab: int


@pytest.fixture(scope="session")
def ports() -> Ports:
    return Ports(free_port(), free_port())


@pytest.fixture(scope="session")
def sayso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Sayso as `make run` starts it; the shop is not used."""
    options = ("--sayso-port", str(free_port()), "--shop-port", str(free_port()))
    with running(tmp_path_factory.mktemp("sayso"), *options) as started:
        started.wait_until_ready()
        yield started


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticSite]:
    """The site that serves static pages."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "npm").symlink_to(packaged_pages.packages())
    with serving(folder) as started:
        yield started


@pytest.fixture(scope="session")
def project(sayso: Demo, site: StaticSite, ports: Ports) -> Iterator[Project]:
    """NPS on a page view, CSAT on the event that a visit fires later, and CES on a second view."""
    others = [f"http://localhost:{port}" for port in (ports.django, ports.jupyterlab)]
    made = create_project(sayso.sayso, sayso.data_dir, site.origin, *others)
    made.survey("nps", kind="page_view")
    made.survey("csat", event=ASK_AGAIN)
    made.survey("ces", kind="page_view", url={"match": "contains", "value": "second-view"})
    yield made
    made.client.close()


@pytest.fixture(scope="session")
def tag(project: Project) -> str:
    return project.tag()


@pytest.fixture(scope="session")
def fresh_context(browser: Browser) -> NewContext:
    """Open browser contexts; the caller closes them."""

    def open_context(**options: object) -> BrowserContext:
        return browser.new_context(**options)  # type: ignore[arg-type]  # passed through

    return open_context


@pytest.fixture(scope="session")
def on_an_empty_page(fresh_context: NewContext, site: StaticSite, tag: str) -> Visit:
    """The reference visit that every popup is compared with."""
    return visit(
        fresh_context, Host(site.add("empty", f"<!doctype html>{tag}<title>Empty</title>"))
    )


# --- The hosts --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sphinx(site: StaticSite, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Host:
    script = f"{project.url}/v1/p/{project.public_key}/sayso.js"
    return generated_sites.sphinx_site(site, tmp_path_factory.mktemp("sphinx"), script)


@pytest.fixture(scope="session")
def mkdocs_material(site: StaticSite, tag: str, tmp_path_factory: pytest.TempPathFactory) -> Host:
    return generated_sites.mkdocs_site(site, tmp_path_factory.mktemp("mkdocs"), tag)


@pytest.fixture(scope="session")
def django(tag: str, ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("django")
    with applications.django_admin(folder, ports.django, tag) as admin:
        yield admin


@pytest.fixture(scope="session")
def django_login(django: str) -> Host:
    return applications.login_page(django)


@pytest.fixture(scope="session")
def django_list(django: str, fresh_context: NewContext) -> Host:
    return applications.list_page(django, fresh_context)


@pytest.fixture(scope="session")
def jupyterlab(tag: str, ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("jupyterlab")
    with applications.jupyterlab(folder, ports.jupyterlab, tag) as host:
        yield host


@pytest.fixture(scope="session")
def swagger_ui(site: StaticSite, project: Project, tag: str) -> Host:
    return packaged_pages.swagger_page(site, tag, f"{project.url}/v1/openapi.json")


@pytest.fixture(scope="session")
def reveal(site: StaticSite, tag: str) -> Host:
    return packaged_pages.slides_page(site, tag)


@pytest.fixture(scope="session")
def sb_admin(site: StaticSite, tag: str) -> Host:
    return packaged_pages.dashboard_page(site, tag)


@pytest.fixture(scope="session")
def bootstrap(site: StaticSite, tag: str) -> Host:
    return packaged_pages.framework_page(site, "bootstrap", tag)


@pytest.fixture(scope="session")
def tailwind(site: StaticSite, tag: str) -> Host:
    return packaged_pages.framework_page(site, "tailwind", tag)


@pytest.fixture(scope="session")
def pico(site: StaticSite, tag: str) -> Host:
    return packaged_pages.framework_page(site, "pico", tag)
