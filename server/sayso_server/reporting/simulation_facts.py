"""A simulation's result as the API returns it."""

from dataclasses import asdict
from typing import Any

from sayso_server.decision.reasons import Reason
from sayso_server.decision.tally import Summary, Times
from sayso_server.reporting.simulate import SimulationResult


def facts_of(result: SimulationResult) -> dict[str, Any]:
    """The reply's fields, with moments, days and ids not yet serialized."""
    summary = result.summary
    return {
        "span": {
            "from": result.since,
            "to": result.until,
            "days": result.days,
            "events": result.events,
            "people": result.people,
        },
        "asks": {
            "total": summary.asked.decisions,
            "people": summary.asked.people,
            "a_day": summary.asked.decisions / result.days,
            "by_day": [{"day": day, "asks": summary.by_day[day]} for day in sorted(summary.by_day)],
        },
        "held_back": [
            {"reason": reason.value, "because": reason.because, **asdict(summary.held_back[reason])}
            for reason in sorted(summary.held_back, key=lambda reason: _rank(summary, reason))
        ],
        "overlap": _overlap(result),
        "estimate": asdict(result.estimate) if result.estimate else None,
        "missing_events": result.missing,
        "assumes": result.assumes,
    }


def _rank(summary: Summary, reason: Reason) -> tuple[int, str]:
    return -summary.held_back[reason].decisions, reason.value


def _overlap(result: SimulationResult) -> list[dict[str, Any]]:
    none = Times()
    return [
        {
            "survey": other.id,
            "name": other.name,
            "goes_first": other.goes_first,
            "held_back_by": asdict(result.summary.held_back_by.get(other.id, none)),
            "holds_back": asdict(result.summary.holds_back.get(other.id, none)),
        }
        for other in result.others
    ]
