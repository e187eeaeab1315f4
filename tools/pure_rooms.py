"""An import-linter contract: pure packages import only the standard library and each other, and use
no clock, randomness or files.

Time, randomness and I/O are passed in as arguments. So modules that provide them may not be
imported, and functions that provide them in other modules may not be used.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

IMPURE = frozenset(
    {"random", "secrets", "time"}
    | {"io", "os", "pathlib", "shutil", "sqlite3", "tempfile"}
    | {"asyncio", "http", "select", "socket"}
    | {"ctypes", "multiprocessing", "signal", "subprocess", "threading"}
)
"""Modules of the standard library for time, randomness, files, sockets and processes."""

IMPURE_NAMES = frozenset(
    {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"}
    | {"datetime.date.today", "uuid.uuid1", "uuid.uuid4"}
    | {"builtins.open", "builtins.input", "builtins.print"}
)
"""Impure functions in otherwise pure modules."""


class PureRoomContract(Contract):
    """Options: ``rooms``, a list of packages; ``shared``, modules that any of them may import."""

    rooms = fields.ListField(subfield=fields.StringField())
    shared = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  # theirs
        """Kept if no module in a room has a forbidden import or use."""
        rooms = self._existing(graph)
        modules = sorted({m for room in rooms for m in (room, *graph.find_descendants(room))})
        inside = (*rooms, *cast("list[str]", self.shared))
        imports = [
            f"{module} imports {imported}"
            for module in modules
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if not _is_allowed(imported, inside)
        ]
        uses = [
            f"{module} uses {name} in line {line}"
            for module in modules
            for line, name in impure_uses(_source(module))
        ]
        return ContractCheck(kept=not imports and not uses, metadata={"broken": imports + uses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each forbidden import and use."""
        for line in check.metadata["broken"]:
            output.print_error(line)

    def _existing(self, graph: ImportGraph) -> list[str]:
        rooms = cast("list[str]", self.rooms)  # import-linter has already parsed it
        missing = [room for room in rooms if room not in graph.modules]
        if missing:
            raise ValueError(f"no such room: {', '.join(missing)}")
        return rooms


def impure_uses(source: str) -> Iterator[tuple[int, str]]:
    """Line and full name of each use of IMPURE_NAMES in the source, called or not."""
    tree = ast.parse(source)
    known = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    known |= {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = ast.unparse(node).partition(".")
            full = f"{known.get(first, f'builtins.{first}')}{'.' if rest else ''}{rest}"
            if full in IMPURE_NAMES:
                yield node.lineno, full


def _source(module: str) -> str:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ValueError(f"no source of {module}")
    return Path(spec.origin).read_text(encoding="utf-8")


def _is_allowed(imported: str, inside: tuple[str, ...]) -> bool:
    top = imported.partition(".")[0]
    is_inside = any(imported == room or imported.startswith(f"{room}.") for room in inside)
    return is_inside or (top in sys.stdlib_module_names and top not in IMPURE)
