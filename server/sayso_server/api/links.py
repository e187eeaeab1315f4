"""OpenAPI links: which values in a reply are parameters of which next operation.

The links show readers where an id is used. With them, a program that has only the OpenAPI
description can call every operation successfully.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from apispec import BasePlugin

EVENT = "order_completed"
USER = "u_42"
DRAFT = {"name": "After an order", "template": "csat", "trigger": {"event": EVENT}}
PAGE = {"url": "$response.body#/origins/0", "locale": "en"}

OF_PROJECT = {"path.public_key": "$response.body#/public_key"}
FROM_PAGE = {**OF_PROJECT, "header.Origin": "$response.body#/origins/0"}
SAME_PAGE = {
    "path.public_key": "$request.path.public_key",
    "header.Origin": "$request.header.Origin",
}
CREATED = {"path.survey_id": "$response.body#/id"}
SAME_SURVEY = {"path.survey_id": "$request.path.survey_id"}
AS_READ = {"header.If-Match": "$response.header.ETag"}
ASKED = "$response.body#/ask/invitation"
RECEIPT = {"secret": "$response.body#/receipt/secret"}


@dataclass(frozen=True, slots=True)
class Link:
    """A link from the successful reply of `source` to the operation `target`. `body` is merged
    into the request body, or replaces it if `whole`."""

    source: str
    target: str
    parameters: dict[str, str] = field(default_factory=dict)
    body: Any = None
    whole: bool = False

    def described(self) -> dict[str, Any]:
        """The Link Object."""
        link: dict[str, Any] = {"operationId": self.target}
        if self.parameters:
            link["parameters"] = self.parameters
        if self.body is not None:
            link["requestBody"] = self.body
        if self.whole:
            link["x-schemathesis"] = {"merge_body": False}
        return link


def _from_a_project() -> Iterator[Link]:
    project = "backend.get_project"
    yield Link(project, "page.script", OF_PROJECT)
    yield Link(project, "page.rules", OF_PROJECT)
    event = {"kind": "event", "name": EVENT}
    yield Link(project, "page.decide", FROM_PAGE, {"token": None, "trigger": event, "page": PAGE})
    for target in ("add_events", "identify", "button", "live", "explain_page"):
        yield Link(project, f"page.{target}", FROM_PAGE, {"token": None})
    yield Link(project, "backend.change_project", AS_READ, {"paused": False}, whole=True)
    yield Link(project, "backend.delete_project", {"query.name": "$response.body#/name"})
    yield Link(project, "backend.create_survey", body=DRAFT, whole=True)
    yield Link(project, "backend.put_segment", body={"events": [{"event": EVENT}]}, whole=True)
    done = {"id": "order-1", "name": EVENT, "user_id": USER}
    yield Link(project, "backend.add_events", body={"events": [done]}, whole=True)
    person = {"user_id": USER, "attributes": {"plan": "pro"}}
    yield Link(project, "backend.add_people", body={"people": [person]}, whole=True)


def _of_surveys() -> Iterator[Link]:
    first = {"path.survey_id": "$response.body#/surveys/0/id"}
    for target in ("get_survey", "get_report", "list_versions", "simulate_survey"):
        yield Link("backend.list_surveys", f"backend.{target}", first)
    yield Link("backend.list_surveys", "backend.create_survey", body=DRAFT, whole=True)
    as_created = {**CREATED, **AS_READ}
    create = "backend.create_survey"
    yield Link(create, "backend.get_survey", CREATED)
    yield Link(create, "backend.change_survey", as_created, "$response.body", whole=True)
    yield Link(create, "backend.patch_survey", as_created, {"priority": 1}, whole=True)
    yield Link(create, "backend.delete_survey", as_created)
    yield Link(create, "backend.publish_survey", as_created)
    yield Link(create, "backend.simulate_survey", CREATED)
    publish = "backend.publish_survey"
    for target in ("get_report", "list_versions", "pause_survey", "end_survey", "get_survey"):
        yield Link(publish, f"backend.{target}", SAME_SURVEY)
    number = {"path.number": "$response.body#/version"}
    yield Link(publish, "backend.get_version", {**SAME_SURVEY, **number})
    latest = {"path.number": "$response.body#/versions/0/version"}
    yield Link("backend.list_versions", "backend.get_version", {**SAME_SURVEY, **latest})
    yield Link("backend.pause_survey", "backend.resume_survey", SAME_SURVEY)


def _of_invitations() -> Iterator[Link]:
    secret = {**SAME_PAGE, "path.secret": ASKED}
    yield Link("page.decide", "page.move", secret, {"state": "shown"})
    yield Link("page.decide", "page.receipt", SAME_PAGE, {"invitation": ASKED})
    question = "$response.body#/ask/survey/questions/0/id"
    answers = [{"question": question, "value": 4}]
    response = {"invitation": ASKED, "answers": answers, "complete": True}
    yield Link("page.decide", "page.respond", SAME_PAGE, response, whole=True)
    yield Link("page.respond", "answer.read", body=RECEIPT)
    changed = {**RECEIPT, "answers": [{"question": "score", "value": 2}]}
    yield Link("page.respond", "answer.change", body=changed, whole=True)
    yield Link("page.respond", "answer.delete", body=RECEIPT)


def _of_settings_and_people() -> Iterator[Link]:
    yield Link("backend.get_policy", "backend.put_policy", AS_READ, "$response.body", whole=True)
    named = {"path.name": "$response.body#/name"}
    put = "backend.put_segment"
    yield Link(put, "backend.get_segment", named)
    yield Link(put, "backend.delete_segment", {**named, **AS_READ})
    yield Link(put, "backend.list_segments")
    further = {"events": [{"event": EVENT}]}
    yield Link("backend.list_segments", put, body=further, whole=True)
    first = {"path.name": "$response.body#/segments/0/name"}
    yield Link("backend.list_segments", "backend.get_segment", first)
    yield Link("backend.make_key", "backend.list_keys")
    yield Link("backend.make_key", "backend.revoke_key", {"path.key_id": "$response.body#/id"})
    yield Link("backend.make_identity_key", "backend.list_identity_keys")
    kid = {"path.kid": "$response.body#/kid"}
    yield Link("backend.make_identity_key", "backend.retire_identity_key", kid)
    user = {"query.user_id": USER}
    yield Link("backend.add_people", "backend.get_person", user)
    yield Link("backend.add_people", "backend.erase_person", user)
    yield Link("backend.add_events", "backend.list_decisions")
    next_page = {"query.cursor": "$response.body#/next"}
    yield Link("backend.list_decisions", "backend.list_decisions", next_page)


LINKS = (*_from_a_project(), *_of_surveys(), *_of_invitations(), *_of_settings_and_people())


class LinksPlugin(BasePlugin):
    """Sets each `operationId` to the endpoint, and adds the links to the success response."""

    def operation_helper(
        self,
        path: str | None = None,  # noqa: ARG002  # apispec passes it
        operations: dict[str, Any] | None = None,
        *,
        rule: Any = None,
        **_: Any,
    ) -> None:
        for operation in (operations or {}).values():
            operation["operationId"] = rule.endpoint
            links = {
                link.target: link.described() for link in LINKS if link.source == rule.endpoint
            }
            if links:
                success = min(status for status in operation["responses"] if 200 <= status < 300)
                operation["responses"][success]["links"] = links
