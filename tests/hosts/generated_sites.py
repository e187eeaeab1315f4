"""Documentation sites: Sphinx with its own theme, MkDocs with Material."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.hosts.host import Host
from tests.hosts.static_site import StaticSite

RST = """
Tea, explained
==============

Tea is *leaves* and **water**; see :ref:`brewing` and `the shop <https://example.invalid/>`_.

.. note:: Water for green tea does not boil.

.. _brewing:

Brewing
-------

#. Heat the water.
#. Wait three minutes. [#]_

.. code-block:: python

   def brew(leaves: str, *, minutes: float = 3.0) -> Cup:
       return Cup(leaves, steeped=minutes)

=========  ==========
Tea        Degrees
=========  ==========
Sencha     70
Assam      95
=========  ==========

.. [#] Four for the bold.
"""

MARKDOWN = """
# Tea, explained

Tea is *leaves* and **water**; see [brewing](brewing.md).

!!! note
    Water for green tea does not boil.

## Degrees

| Tea    | Degrees |
|--------|---------|
| Sencha | 70      |
| Assam  | 95      |

```python
def brew(leaves: str, *, minutes: float = 3.0) -> Cup: ...
```

- [ ] Heat the water.
- [x] Wait three minutes.
"""


def sphinx_site(site: StaticSite, source: Path, script: str) -> Host:
    """Sphinx's default theme; conf.py names the script."""
    _write(source / "index.rst", RST)
    _write(
        source / "conf.py",
        f"""
project = "Tea"
html_js_files = [({script!r}, {{"async": "async", "crossorigin": "anonymous"}})]
""",
    )
    _run("sphinx", "-q", "-b", "html", str(source), str(site.folder / "sphinx"))
    return Host(site.address("sphinx"), ready=".document h1")


def mkdocs_site(site: StaticSite, source: Path, tag: str) -> Host:
    """Material as a single-page application with search; an overridden template has the tag."""
    _write(source / "docs/index.md", MARKDOWN)
    _write(source / "docs/brewing.md", MARKDOWN)
    _write(
        source / "overrides/main.html",
        f'{{% extends "base.html" %}}{{% block scripts %}}{{{{ super() }}}}{tag}{{% endblock %}}',
    )
    _write(
        source / "mkdocs.yml",
        f"""
site_name: Tea
site_url: {site.address("mkdocs")}
theme:
  name: material
  font: false
  custom_dir: overrides
  features: [navigation.instant, navigation.tabs, navigation.top, search.suggest, content.code.copy]
markdown_extensions: [admonition, pymdownx.highlight, pymdownx.tasklist]
""",
    )
    _run(
        "mkdocs", "build", "-q", "-f", str(source / "mkdocs.yml"), "-d", str(site.folder / "mkdocs")
    )
    return Host(site.address("mkdocs"), ready=".md-content h1")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _run(module: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
