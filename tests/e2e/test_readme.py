"""Runs the README's examples as written."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.host_site import HostSite
from tests.e2e.project import Project
from tests.e2e.visitor import appearing

README = (Path(__file__).parents[2] / "README.md").read_text()


def example(language: str) -> str:
    """The only code block in this language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return str(found)


def test_the_tag_and_the_line_of_python_ask_the_person(
    host: HostSite, project: Project, page: Page
) -> None:
    project.survey("csat", event="order_completed")
    tag = example("html").replace("http://localhost:8300", project.url)
    tag = tag.replace("pk_…", project.public_key)
    tag = tag.replace("eyJ…", project.client.identity_token("u_42"))
    code = example("python").replace("http://localhost:8300", project.url)
    for shown, real in project.keys.items():
        code = code.replace(shown, real)
    assert "…" not in tag + code
    page.goto(host.add("/", head=tag))
    with appearing(page):
        subprocess.run([sys.executable, "-c", code], check=True)
