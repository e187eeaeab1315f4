"""React and Vue applications, hydrated from server-rendered pages or rendered in the browser;
zone.js."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.hosts.packaged_pages import packages
from tests.hosts.static_site import StaticSite
from tools import node

APPS = Path(__file__).with_name("apps")
# Only development builds report errors in the console.
DEVELOPMENT = (
    '--define:process.env.NODE_ENV="development"',
    "--define:__VUE_OPTIONS_API__=false",
    "--define:__VUE_PROD_DEVTOOLS__=false",
    "--define:__VUE_PROD_HYDRATION_MISMATCH_DETAILS__=true",
)


def rendered_page(site: StaticSite, name: str, script: str) -> str:
    """Build the application for browser and server, and render it; return its URL."""
    folder = site.folder / name
    folder.mkdir()
    for side, file in (("browser", "app.js"), ("node", "server.cjs")):
        _bundle(name, side, folder / file)
        _name_script(folder / file, script)
    with (folder / "index.html").open("w") as page:
        node.run("node", "server.cjs", cwd=folder, output=page.fileno())
    return site.address(name)


def page_of_drafts(site: StaticSite, library: str, script: str) -> str:
    """Add a page that uses the library's dialog and panel; return its URL."""
    address = site.add(library, (APPS / "drafts.html").read_text())
    _bundle(library, "browser", site.folder / library / "app.js")
    _name_script(site.folder / library / "index.html", script)
    return address


def page_with_zones(site: StaticSite, script: str) -> str:
    """Add a page with zone.js, Angular's patch of timers, promises and events; return its URL."""
    address = site.add("zone", (APPS / "zone.html").read_text())
    _name_script(site.folder / "zone/index.html", script)
    return address


def _bundle(name: str, side: str, file: Path) -> None:
    # Next to npm's packages, so that imports resolve.
    sources = shutil.copytree(APPS, packages().parent / "apps", dirs_exist_ok=True)
    options = ("--bundle", f"--platform={side}", f"--outfile={file}", *DEVELOPMENT)
    source = str(sources / f"{name}.js")
    node.run("npm", "exec", "--", "esbuild", source, "--log-level=error", *options)


def _name_script(file: Path, script: str) -> None:
    file.write_text(file.read_text().replace("SAYSO", script))
