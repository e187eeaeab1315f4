"""Figures beside their budgets, printed as one table per section."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import astuple, dataclass

HEADINGS = ("what", "measured", "budget", "", "besides")


class NotMeasured(Exception):
    """The measurement needs something that this machine lacks; the message names it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table. `met` is None if there is no budget."""

    what: str
    measured: str
    budget: str = ""
    met: bool | None = None
    besides: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        what, measured, budget, met, besides = astuple(self)
        verdict = "" if met is None else "met" if met else "MISSED"
        return what, measured, budget, verdict, besides


def at_most(what: str, value: float, budget: float, unit: str, besides: str = "") -> Figure:
    """A figure that must not be larger than its budget."""
    return Figure(what, said(value, unit), f"≤ {said(budget, unit)}", value <= budget, besides)


def at_least(what: str, value: float, budget: float, unit: str, besides: str = "") -> Figure:
    """A figure that must not be smaller than its budget."""
    return Figure(what, said(value, unit), f"≥ {said(budget, unit)}", value >= budget, besides)


def said(value: float, unit: str) -> str:
    """`3,429 B`, `17.3 ms`, `0.26 ×`, `0.012 ×`: only significant digits."""
    if value >= 100 or float(value).is_integer():
        return f"{value:,.0f} {unit}"
    digits = 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f} {unit}"


def spread(values: Sequence[float], unit: str) -> str:
    """The minimum and maximum of several rounds."""
    return f"{len(values)} rounds: {said(min(values), unit)} … {said(max(values), unit)}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def table(title: str, figures: Sequence[Figure], notes: Sequence[str] = ()) -> str:
    """The section as a text table."""
    rows = [HEADINGS, *(figure.cells for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    rule = "  " + "  ".join("─" * width for width in widths)
    remarks = [f"  {note}" for note in notes]
    return "\n".join([f"\n{title}", *remarks, lines[0], rule, *lines[1:]])
