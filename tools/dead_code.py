"""Name the functions, methods, classes and imports that nothing uses.

vulture finds them; pyproject.toml says which decorators count as a use. Here two things are
added that it cannot know: a name in a template is used, and the fields of schemas and
dataclasses are read by frameworks, by name.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vulture import Vulture
from vulture.config import make_config

KINDS = {"class", "function", "import", "method", "property", "unreachable_code"}


def words_in_templates() -> set[str]:
    """Every word that a Jinja template holds."""
    pages = [page for room in ("server", "demo") for page in Path(room).rglob("*.html")]
    return {word for page in pages for word in re.findall(r"\w+", page.read_text())}


def main() -> int:
    """Print what is dead; returns 1 when anything is."""
    config = make_config([])
    finder = Vulture(
        ignore_names=config["ignore_names"], ignore_decorators=config["ignore_decorators"]
    )
    finder.scavenge(config["paths"], config["exclude"])
    used = words_in_templates()
    found = finder.get_unused_code(min_confidence=config["min_confidence"])
    dead = [item for item in found if item.typ in KINDS and item.name not in used]
    for item in dead:
        print(item.get_report())
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
