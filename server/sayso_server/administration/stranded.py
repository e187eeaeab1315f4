"""Finds URL rules that match no page because their origin was removed."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sayso_server.decision.page_rules import problem
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.projects.projects import Project
from sayso_server.storage.surveys import surveys


def stranded(tx: Transaction, project: Project, origins: Collection[str]) -> list[str]:
    """A warning for each live survey's URL rule, and each excluded page, that matched a page on the
    project's old origins but matches none on these."""
    return [
        f"{what} {why}."
        for what, url in _rules(tx, project)
        if (why := problem(url["match"], url["value"], origins)) is not None
        and problem(url["match"], url["value"], project.origins) is None
    ]


def _rules(tx: Transaction, project: Project) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for survey in surveys.live_of(tx):
        url = survey.definition["trigger"].get("url")
        if url:
            yield f"The live survey {survey.name!r} is asked on no page now: its URL", url
    for url in project.policy.get("excluded_pages", ()):
        yield f"The excluded page {url['value']!r}", url
