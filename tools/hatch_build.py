"""Hatch's build hook: wheels and sdists contain the built widget.

An sdist already contains it, so building a wheel from an sdist needs no Node. From a clone the
widget is built here, with Node from PATH or from a wheel in the build environment.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "server/sayso_server/static/widget/manifest.json"

sys.path.insert(0, str(HERE))  # hatch loads this file on its own, outside any package
import node  # type: ignore[import-not-found]  # noqa: E402  # found by the line above


class BuildWidget(BuildHookInterface[Any]):
    """Builds the widget unless it is already built."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Packages that the build environment needs besides hatchling."""
        return [] if BUILT.exists() or node.in_path() else [node.WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the widget, except for an editable install: ``make`` builds it there."""
        if version != "editable" and not BUILT.exists():
            node.build_widget()
