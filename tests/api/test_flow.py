"""Surveys that branch, insert event properties into texts, and end with links or redirects."""

from typing import Any

import pytest

from tests.product import Product, Visitor

SCORE = {"id": "score", "kind": "nps"}
WHY = {"id": "why", "kind": "text", "title": "What about {event.item|your order}?"}
LAST = {"id": "last", "kind": "text", "title": "Anything else?"}
BY_SCORE = [{"when": {"answer": {"group": "promoter"}}, "go": "last"}]
FOR_PRO = [
    {"when": {"attributes": [{"property": "plan", "op": "eq", "value": "pro"}]}, "go": "end"}
]


def ask(product: Product, *questions: dict[str, Any], **more: Any) -> str:
    return product.publish(
        {"trigger": {"event": "order_completed"}, "questions": list(questions), **more}
    )


def refused(product: Product, **survey: Any) -> Any:
    """The errors when the draft or its publication is refused."""
    draft = {"name": "a survey", "trigger": {"event": "order_completed"}, **survey}
    response = product.call("POST", "/v1/surveys", draft)
    if response.status_code < 300:
        response = product.call("POST", f"/v1/surveys/{response.json['id']}/publish")
    assert response.status_code == 422, response.text
    return response.json["errors"]


def shown(visitor: Visitor, **properties: Any) -> Any:
    return visitor.did(properties=properties)["survey"]


def test_the_page_receives_the_branches(product: Product) -> None:
    ask(product, {**SCORE, "then": BY_SCORE}, WHY, LAST)
    survey = shown(product.visitor())
    assert survey["more"] == ["kinds", "flow"]
    assert survey["labels"]["progress"] == "Progress"
    assert survey["questions"][0]["then"] == [{"of": "score", "least": 9, "most": 10, "go": 2}]


def test_two_questions_without_branches_need_no_extra_file(product: Product) -> None:
    product.survey("nps")
    assert "more" not in shown(product.visitor())


def test_a_branch_can_depend_on_a_persons_attributes(product: Product) -> None:
    ask(product, {**SCORE, "then": FOR_PRO}, {"id": "day", "kind": "date", "title": "When?"})
    attributes = {"user_id": "u_1", "attributes": {"plan": "pro"}}
    product.ok("POST", "/v1/people", {"people": [attributes]})
    assert shown(product.visitor("u_1"))["questions"][0]["then"] == [{"go": 2}]
    assert shown(product.visitor("u_2"))["questions"][0]["then"] == []


def test_a_text_can_contain_page_event_properties(product: Product) -> None:
    ask(product, SCORE, WHY)
    survey = shown(product.visitor(), item="<b>tea</b>")
    assert survey["questions"][1]["title"] == "What about <b>tea</b>?"


def test_a_proven_page_sees_backend_event_properties(product: Product) -> None:
    ask(product, SCORE, WHY)
    product.track("u_1", properties={"item": "tea"})
    assert product.visitor("u_1").asked()["survey"]["questions"][1]["title"] == "What about tea?"


def test_an_unproven_page_does_not_see_a_proven_pages_properties(product: Product) -> None:
    ask(product, SCORE, WHY, trigger={"event": "order_completed", "delay": 60})
    proven = product.visitor("u_1")
    assert proven.decide("event", name="order_completed", properties={"item": "tea"})["waiting"]
    product.clock.forward(seconds=61)
    loggedout = Visitor(product, None, proven.id)
    assert loggedout.asked()["survey"]["questions"][1]["title"] == "What about your order?"


def test_a_minor_is_not_asked_for_text_or_contact_details(product: Product) -> None:
    contact = {"id": "who", "kind": "contact", "title": "Who?"}
    tea = {"id": "tea", "kind": "choice", "title": "Which?", "other": True}
    tea["options"] = [{"id": "red", "label": "Red"}, {"id": "green", "label": "Green"}]
    ask(product, SCORE, {"id": "comment", "kind": "comment"}, tea, contact, LAST)
    young = {"user_id": "u_1", "attributes": {"minor": True}}
    product.ok("POST", "/v1/people", {"people": [young]})
    questions = shown(product.visitor("u_1"))["questions"]
    assert [one["id"] for one in questions] == ["score", "tea"]
    assert "other" not in questions[1]
    assert len(shown(product.visitor("u_2"))["questions"]) == 5


def test_a_minor_is_not_asked_a_survey_with_only_text_questions(product: Product) -> None:
    ask(product, LAST)
    young = {"user_id": "u_1", "attributes": {"minor": True}}
    product.ok("POST", "/v1/people", {"people": [young]})
    assert product.visitor("u_1").did() is None
    assert product.ledger("u_1") == [("minor", 1)]
    assert product.visitor("u_2").did() is not None


def test_an_answer_to_a_skipped_question_is_removed(product: Product) -> None:
    survey = ask(product, SCORE, WHY, LAST)
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.answer(invitation, ("score", 9), ("why", "so"))
    visitor.answer(invitation, ("score", 9), ("why", None), ("last", "no"), complete=True)
    report = product.report(survey)
    assert {one["id"]: one["n"] for one in report["questions"]} == {"why": 0, "last": 1}
    visitor.answer(invitation, ("score", None))
    assert product.report(survey)["n"] == 0


def test_the_page_receives_the_thanks_with_link_and_redirect(product: Product) -> None:
    thanks = {
        "title": "Thanks",
        "by_score": [{"max": 6, "title": "Sorry"}, {"max": 10, "title": "Great", "text": "!"}],
        "link": {"label": {"en": "Review us", "de": "Bewerten"}, "url": "https://reviews.example/"},
        "redirect": "https://shop.example/done",
    }
    ask(product, SCORE, thanks=thanks)
    survey = shown(product.visitor())
    assert survey["more"] == ["flow"]
    assert survey["thanks"] == {
        "title": "Thanks",
        "text": "",
        "by_score": [
            {"max": 6, "title": "Sorry", "text": ""},
            {"max": 10, "title": "Great", "text": "!"},
        ],
        "link": {"label": "Review us", "url": "https://reviews.example/"},
        "redirect": "https://shop.example/done",
    }


@pytest.mark.parametrize(
    ("survey", "field", "said"),
    [
        ({"questions": [{**SCORE, "then": []}]}, "questions", "1 to 20 objects"),
        (
            {"questions": [{**SCORE, "then": [{"go": "away"}]}]},
            "questions.0.then.0.go",
            "choose one of end",
        ),
        (
            {"questions": [{**SCORE, "then": [{"when": {}, "go": "end"}]}]},
            "questions",
            "leave `when` out",
        ),
        (
            {"questions": [{**SCORE, "title": "{event.x|}"}], "trigger": {"kind": "page_view"}},
            "questions.0",
            "no event starts the survey",
        ),
        (
            {"questions": [SCORE], "thanks": {"title": "{answer.tea|}"}},
            "thanks",
            "there are score",
        ),
        (
            {"questions": [LAST], "thanks": {"by_score": [{"max": 6, "title": "Sorry"}]}},
            "thanks.by_score",
            "asks no score",
        ),
        (
            {"questions": [SCORE], "thanks": {"redirect": "javascript:alert(1)"}},
            "thanks",
            "is not https",
        ),
        (
            {"questions": [SCORE], "thanks": {"link": {"label": "x", "url": "http://a.example"}}},
            "thanks",
            "neither https, mailto nor tel",
        ),
    ],
)
def test_an_invalid_flow_is_refused(
    product: Product, survey: dict[str, Any], field: str, said: str
) -> None:
    errors = refused(product, **survey)
    (named,) = [one for one in errors if one.startswith(field)]
    assert said in str(errors[named])
