"""The handbook's site is whole, and loads nothing from other hosts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.handbook.blocks import DOCS, ROOT

LOADS = re.compile(
    r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=\"?((?:https?:)?//[^\"\s>]*)"
)
IMPORTED = re.compile(r"(?:@import|url\()\s*[\"']?((?:https?:)?//[^\"')]*)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` builds it: a broken link or anchor is an error."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout
    return folder


def test_every_page_is_in_the_site(site: Path) -> None:
    pages = {page.relative_to(DOCS).with_suffix("") for page in DOCS.rglob("*.md")}
    built = {file.parent.relative_to(site) for file in site.rglob("index.html")}
    missing = {page for page in pages if page not in built and page.name != "index"}
    assert missing == set()


def test_no_file_is_loaded_from_another_host(site: Path) -> None:
    pages = [file.read_text() for file in site.rglob("*.html")]
    styles = [file.read_text() for file in site.rglob("*.css")]
    assert {address for page in pages for address in LOADS.findall(page)} == set()
    assert {address for style in styles for address in IMPORTED.findall(style)} == set()
