"""List unused functions, methods, classes and imports.

vulture finds them; pyproject.toml lists the decorators that count as a use. This script adds two
exceptions: names in templates, and fields of schemas and dataclasses, which frameworks read.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vulture import Vulture
from vulture.config import make_config

KINDS = {"class", "function", "import", "method", "property", "unreachable_code"}


def words_in_templates() -> set[str]:
    """Every word in the Jinja templates."""
    pages = [page for room in ("server", "demo") for page in Path(room).rglob("*.html")]
    return {word for page in pages for word in re.findall(r"\w+", page.read_text())}


def main() -> int:
    """Print dead code; returns 1 if there is any."""
    config = make_config([])
    finder = Vulture(
        ignore_names=config["ignore_names"], ignore_decorators=config["ignore_decorators"]
    )
    finder.scavenge(config["paths"], config["exclude"])
    used = words_in_templates()
    unused = finder.get_unused_code(min_confidence=config["min_confidence"])
    dead = [item for item in unused if item.typ in KINDS and item.name not in used]
    for item in dead:
        print(item.get_report())
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
