"""MkDocs hooks: the site also has the documents at the root of the repository.

Links stay those of the repository, so that every document can be read there as well; here they are
rewritten to the pages of the site.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent

PAGES = {
    "ARCHITECTURE.md": "docs/design.md",
    "SECURITY.md": "docs/privacy/security.md",
    "CONTRIBUTING.md": "docs/contributing.md",
    "CHANGELOG.md": "docs/changelog.md",
}
"""Documents of the repository, and the pages that they become."""
DOCUMENTS = {page: document for document, page in PAGES.items()}

_LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Add the documents."""
    for document, page in PAGES.items():
        content = (ROOT / document).read_text()
        files.append(File.generated(config, page.removeprefix("docs/"), content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Rewrite the links that cross the edge of docs/. A file that is no page loses its link."""
    at = f"docs/{page.file.src_uri}"
    stands_at = DOCUMENTS.get(at, at)

    def rewritten(link: re.Match[str]) -> str:
        text, target, anchor = link[1], link[2], link[3] or ""
        file = posixpath.normpath(posixpath.join(posixpath.dirname(stands_at), target))
        file = PAGES.get(file, file)
        if not file.startswith("docs/"):
            return text
        return f"[{text}]({posixpath.relpath(file, posixpath.dirname(at))}{anchor})"

    return _LINK.sub(rewritten, markdown)
