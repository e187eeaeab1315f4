"""An import-linter contract: a pure room imports only the standard library and itself.

Time, randomness and IO come in as arguments, so the modules that give them are refused too.
"""

from __future__ import annotations

import sys
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

IMPURE = frozenset(
    {"random", "secrets", "time"}
    | {"io", "os", "pathlib", "shutil", "sqlite3", "tempfile"}
    | {"asyncio", "http", "select", "socket"}
    | {"ctypes", "multiprocessing", "signal", "subprocess", "threading"}
)
"""Clocks, dice, files, sockets and processes of the standard library."""


class PureRoomContract(Contract):
    """Options: ``rooms``, a list of packages or modules."""

    rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  # theirs
        """Kept when no module of a room imports anything from outside."""
        broken = sorted(
            f"{module} imports {imported}"
            for room in self._existing(graph)
            for module in {room, *graph.find_descendants(room)}
            for imported in graph.find_modules_directly_imported_by(module)
            if not _is_allowed(imported, room)
        )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that does not belong."""
        for line in check.metadata["broken"]:
            output.print_error(line)

    def _existing(self, graph: ImportGraph) -> list[str]:
        rooms = cast("list[str]", self.rooms)  # the field has parsed itself by now
        missing = [room for room in rooms if room not in graph.modules]
        if missing:
            raise ValueError(f"no such room: {', '.join(missing)}")
        return rooms


def _is_allowed(imported: str, room: str) -> bool:
    top = imported.partition(".")[0]
    is_sibling = imported == room or imported.startswith(f"{room}.")
    return is_sibling or (top in sys.stdlib_module_names and top not in IMPURE)
