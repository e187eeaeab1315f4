"""Pages and stylesheets from npm: packages' own pages, and one page styled by CSS frameworks."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.request import urlopen

from tests.hosts.host import Host
from tests.hosts.static_site import StaticSite
from tools import node

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "hosts"
NAMED = (".npmrc", "package.json", "package-lock.json")

SWAGGER_START = """
window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: "StandaloneLayout",
  });
};
"""

FRAMEWORKS = {
    "bootstrap": '<link rel="stylesheet" href="/npm/bootstrap/dist/css/bootstrap.min.css">'
    '<script defer src="/npm/bootstrap/dist/js/bootstrap.bundle.min.js"></script>',
    "tailwind": '<script src="/npm/@tailwindcss/browser/dist/index.global.js"></script>',
    "pico": '<link rel="stylesheet" href="/npm/@picocss/pico/css/pico.min.css">',
}


def packages() -> Path:
    """The folder of installed packages; installs them if package-lock.json has changed."""
    wanted = (HERE / "package-lock.json").read_bytes()
    installed = CACHE / "installed"
    if not installed.exists() or installed.read_bytes() != wanted:
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.mkdir(parents=True)
        for name in NAMED:
            shutil.copy(HERE / name, CACHE)
        node.run("npm", "ci", "--ignore-scripts", cwd=CACHE)
        installed.write_bytes(wanted)
    return CACHE / "node_modules"


def dashboard_page(site: StaticSite, tag: str) -> Host:
    """SB Admin 2, the package's own page: Bootstrap 4, jQuery and charts."""
    _with_tag(site, "startbootstrap-sb-admin-2", tag)
    return Host(site.address("startbootstrap-sb-admin-2"), ready="canvas")


def slides_page(site: StaticSite, tag: str) -> Host:
    """reveal.js, which transforms every element and handles every key."""
    _with_tag(site, "reveal.js", tag)
    return Host(site.address("reveal.js"), ready=".reveal.ready section.present")


def swagger_page(site: StaticSite, tag: str, openapi: str) -> Host:
    """Swagger UI, a React application, with the OpenAPI document at this URL."""
    _with_tag(site, "swagger-ui-dist", tag)
    folder = site.folder / "swagger-ui-dist"
    (folder / "swagger-initializer.js").unlink()
    (folder / "swagger-initializer.js").write_text(SWAGGER_START)
    with urlopen(openapi, timeout=30) as reply:  # noqa: S310  # a loopback address
        (folder / "openapi.json").write_bytes(reply.read())
    return Host(site.address("swagger-ui-dist"), ready=".opblock")


def framework_page(site: StaticSite, framework: str, tag: str) -> Host:
    """A page with all common elements, styled by the framework."""
    page = (HERE / "framework_page.html").read_text()
    html = page.replace("<!-- framework -->", FRAMEWORKS[framework]).replace("<!-- tag -->", tag)
    return Host(site.add(framework, html), ready="h1")


def _with_tag(site: StaticSite, package: str, tag: str) -> None:
    """Link the package's own files, and add the tag to its page."""
    folder = site.folder / package
    folder.mkdir()
    for entry in (site.folder / "npm" / package).resolve().iterdir():
        (folder / entry.name).symlink_to(entry)
    page = folder / "index.html"
    html = page.read_text()
    page.unlink()
    page.write_text(html.replace("</head>", f"{tag}</head>", 1))
