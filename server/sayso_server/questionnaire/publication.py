"""What can never work is said before a survey goes live, with the field and the remedy."""

from collections.abc import Collection, Mapping
from typing import Any

from sayso_server.decision.compile import compile_filters
from sayso_server.decision.filters import contradictions
from sayso_server.decision.page_rules import problem


def problems(definition: Mapping[str, Any], origins: Collection[str]) -> dict[str, list[str]]:
    """Field → why publication is refused; empty when the survey may go live."""
    found: dict[str, list[str]] = {}
    trigger = definition["trigger"]
    dead_filters = contradictions(compile_filters(trigger.get("filters", ())))
    if dead_filters:
        found["trigger.filters"] = dead_filters
    url = trigger.get("url")
    if url:
        dead_url = problem(url["match"], url["value"], origins)
        if dead_url:
            found["trigger.url.value"] = [dead_url]
    ids = [question["id"] for question in definition["questions"]]
    if len(set(ids)) < len(ids):
        found["questions"] = ["two questions have the same id; give each its own"]
    return found
