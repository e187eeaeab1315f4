"""The server and the receipt page enforce required questions of every kind."""

import json
from typing import Any

import pytest

from tests.product import Product, Visitor
from tests.sqlite_product import app

__all__ = ["app"]

OPTIONS = [{"id": one, "label": one.title()} for one in ("green", "black")]
KINDS: dict[str, tuple[dict[str, Any], Any, Any]] = {
    # Question fields, a sufficient answer, and an insufficient one or None.
    "nps": ({}, 9, None),
    "csat": ({}, 5, None),
    "ces": ({}, 1, None),
    "comment": ({}, "quick", " "),
    "text": ({"title": "?"}, "quick", ""),
    "choice": ({"title": "?", "options": OPTIONS}, ["green"], []),
    "several": (
        {"kind": "choice", "title": "?", "options": OPTIONS, "multiple": True},
        ["black"],
        [],
    ),
    "ranking": ({"title": "?", "options": OPTIONS}, ["green", "black"], None),
    "matrix": ({"title": "?", "rows": OPTIONS}, {"green": 1, "black": 2}, {"green": 1}),
    "consent": ({"title": "?"}, True, False),
    "contact": ({"title": "?"}, {"email": "a@b.example"}, {"email": ""}),
    "date": ({"title": "?"}, "2026-12-01", None),
    "link": ({"title": "?", "label": "Go", "url": "https://a.example/"}, True, None),
}
FIRST = {"id": "first", "kind": "text", "title": "First?"}


def publish(product: Product, *questions: dict[str, Any]) -> str:
    return product.publish({"trigger": {"event": "order_completed"}, "questions": [*questions]})


def question(kind: str) -> dict[str, Any]:
    return {"id": "q", "kind": kind, "required": True, **KINDS[kind][0]}


def respond(visitor: Visitor, invitation: str, *answers: tuple[str, Any]) -> Any:
    given = [{"question": name, "value": value} for name, value in answers]
    body = {"invitation": invitation, "answers": given, "complete": True}
    return visitor.post("responses", body)


@pytest.mark.parametrize("kind", KINDS)
def test_a_response_without_a_required_answer_is_not_complete(
    product: Product, stranger: Visitor, kind: str
) -> None:
    survey = publish(product, FIRST, question(kind))
    asked = stranger.did()
    assert asked["survey"]["questions"][1]["required"] is True
    _, enough, too_little = KINDS[kind]
    invitation = asked["invitation"]
    without = respond(stranger, invitation, ("first", "so"))
    assert (without.status_code, without.json["complete"]) == (200, False)
    assert "receipt" not in without.json
    if too_little is not None:
        refused = respond(stranger, invitation, ("first", "so"), ("q", too_little))
        assert refused.status_code == 422
        assert refused.json["errors"] == {
            "answers.1.value": ["This question must be answered; send an answer."]
        }
    assert product.report(survey)["counts"]["completed"] == 0
    whole = respond(stranger, invitation, ("first", "so"), ("q", enough))
    assert (whole.status_code, whole.json["complete"]) == (200, True)


@pytest.mark.parametrize("kind", ["comment", "consent", "matrix", "contact"])
@pytest.mark.parametrize("taken_back", [True, False])
def test_the_receipt_page_cannot_remove_a_required_answer(
    product: Product, stranger: Visitor, kind: str, *, taken_back: bool
) -> None:
    publish(product, FIRST, question(kind))
    _, enough, too_little = KINDS[kind]
    reply = respond(stranger, stranger.did()["invitation"], ("q", enough)).json
    given = [{"question": "q", "value": None if taken_back else too_little}]
    body = {"secret": reply["receipt"]["url"].partition("#")[2], "answers": given}
    changed = product.client.post(
        "/v1/answer/change", data=json.dumps(body), content_type="text/plain"
    )
    assert changed.status_code == 422


def test_a_required_comment_loads_the_kinds_file(product: Product) -> None:
    publish(product, {"id": "score", "kind": "nps"}, question("comment"))
    survey = product.visitor().did()["survey"]
    assert survey["more"] == ["kinds"]
    assert survey["labels"]["required"] == "Please answer this question."


def test_a_skipped_question_is_not_required(product: Product, stranger: Visitor) -> None:
    past = [{"when": {"answer": {"group": "promoter"}}, "go": "last"}]
    score = {"id": "score", "kind": "nps", "then": past}
    publish(product, score, question("comment"), {**FIRST, "id": "last", "required": True})
    invitation = stranger.did()["invitation"]
    assert respond(stranger, invitation, ("score", 9)).json["complete"] is False
    assert respond(stranger, invitation, ("score", 3), ("last", "so")).json["complete"] is False
    walked = respond(stranger, invitation, ("score", 9), ("q", None), ("last", "so"))
    assert walked.json["complete"] is True


def test_a_minor_does_not_need_to_answer_a_required_comment(product: Product) -> None:
    publish(product, {"id": "score", "kind": "nps"}, question("comment"))
    minor = {"user_id": "u_1", "attributes": {"minor": True}}
    product.ok("POST", "/v1/people", {"people": [minor]})
    visitor = product.visitor("u_1")
    asked = visitor.did()
    assert [one["id"] for one in asked["survey"]["questions"]] == ["score"]
    assert respond(visitor, asked["invitation"], ("score", 9)).json["complete"] is True


def test_an_earlier_answer_counts(product: Product, stranger: Visitor) -> None:
    publish(product, {"id": "score", "kind": "nps"}, question("comment"))
    invitation = stranger.did()["invitation"]
    stranger.answer(invitation, ("q", "quick"))
    assert respond(stranger, invitation, ("score", 9)).json["complete"] is True
