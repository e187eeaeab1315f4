"""URL rules that match no page any more, because the origin that they lie on was removed."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sayso_server.decision.page_rules import problem
from sayso_server.storage import surveys
from sayso_server.storage.projects import Project
from sayso_server.storage.transaction import Transaction


def stranded(tx: Transaction, project: Project, origins: Collection[str]) -> list[str]:
    """A sentence for each rule of a live survey, and each excluded page, that these origins strand
    and the earlier ones did not."""
    return [
        f"{what} {said}."
        for what, url in _rules(tx, project)
        if (said := problem(url["match"], url["value"], origins)) is not None
        and problem(url["match"], url["value"], project.origins) is None
    ]


def _rules(tx: Transaction, project: Project) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in surveys.live_of(tx):
        url = one.definition["trigger"].get("url")
        if url:
            yield f"The live survey {one.name!r} is asked on no page now: its URL", url
    for url in project.policy.get("excluded_pages", ()):
        yield f"The excluded page {url['value']!r}", url
