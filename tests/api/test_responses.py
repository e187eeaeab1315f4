"""An answer is stored once and counted once."""

import pytest
from sqlalchemy import select

from sayso_server.background import Background
from sayso_server.storage.database.tables import tail
from tests.product import Product


def test_an_answer_given_again_replaces_the_earlier_one(product: Product) -> None:
    survey = product.survey("nps")
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.answer(invitation, ("score", 3))
    visitor.answer(invitation, ("score", 9), ("comment", "better on second thought"), complete=True)
    assert visitor.answer(invitation, ("score", 9), complete=False)["complete"] is True
    visitor.answer(invitation, complete=True)
    report = product.report(survey)
    assert (report["n"], report["score"]) == (1, 100)
    assert report["counts"] == {
        "shown": 1,
        "started": 1,
        "completed": 1,
        "dismissed": 0,
        "snoozed": 0,
        "refused": 0,
    }


def test_a_comment_given_again_replaces_the_earlier_one(product: Product) -> None:
    product.survey("nps")
    visitor = product.visitor("u_1")
    invitation = visitor.did()["invitation"]
    for text in ("first", "second"):
        visitor.answer(invitation, ("comment", text))
    answers = product.ok("GET", "/v1/people?user_id=u_1")["person"]["answers"]
    assert [answer["text"] for answer in answers] == ["second"]


def test_an_answer_changed_a_day_later_belongs_to_its_first_day(product: Product) -> None:
    survey = product.survey("csat")
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.answer(invitation, ("score", 1))
    first = product.clock.now.date().isoformat()
    product.clock.forward(days=1)
    visitor.answer(invitation, ("score", 5))
    series = product.report(survey)["series"]
    assert [(day["day"], day["n"], day["score"]) for day in series if day["n"]] == [(first, 1, 5)]


@pytest.mark.parametrize("what", ["an answer", "a dismissal", "an erasure"])
def test_one_background_run_folds_every_count(product: Product, what: str) -> None:
    def unfolded() -> int:
        with product.dependencies.store.read() as connection:
            return len(connection.execute(select(tail)).all())

    product.survey("csat")
    visitor = product.visitor("u_1")
    invitation = visitor.did()["invitation"]
    if what == "a dismissal":
        visitor.state(invitation, "dismissed")
    else:
        visitor.answer(invitation, ("score", 1))
    if what == "an erasure":
        Background(product.dependencies).run_once()
        Background(product.dependencies).run_once()
        product.call("DELETE", "/v1/people?user_id=u_1")
    assert unfolded() > 0
    Background(product.dependencies).run_once()
    assert unfolded() == 0


def test_a_report_is_the_same_before_and_after_folding(product: Product) -> None:
    survey = product.survey("csat")
    for score in (5, 4, 4, 1):
        visitor = product.visitor()
        visitor.answer(visitor.did()["invitation"], ("score", score))
    before = product.report(survey)
    assert before["score"] == 3.5
    Background(product.dependencies).run_once()
    assert product.report(survey) == before
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("score", 1))
    assert product.report(survey)["n"] == 5


def test_one_promoter_and_two_dismissals_give_nps_100_with_n_1(product: Product) -> None:
    survey = product.survey("nps")
    for state in ("dismissed", "dismissed"):
        visitor = product.visitor()
        invitation = visitor.did()["invitation"]
        visitor.show(invitation)
        visitor.state(invitation, state)
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("score", 10), complete=True)
    report = product.report(survey)
    assert (report["score"], report["n"], report["enough"]) == (100, 1, False)
    assert report["rates"]["response"] == pytest.approx(1 / 3)
    assert report["rates"]["dismissal"] == pytest.approx(2 / 3)


def test_the_report_counts_unproven_answers(product: Product) -> None:
    survey = product.survey("csat")
    known, unknown = product.visitor("u_1"), product.visitor()
    for visitor in (known, unknown):
        visitor.answer(visitor.did()["invitation"], ("score", 5))
    report = product.report(survey)
    assert (report["n"], report["unproven"]) == (2, 1)


@pytest.mark.parametrize("value", [0, 6, 4.5, "4", True, [4], {"a": 1}])
def test_a_score_outside_its_scale_is_refused_by_name(product: Product, value: object) -> None:
    survey = product.survey("csat")
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    body = {"invitation": invitation, "answers": [{"question": "score", "value": value}]}
    response = visitor.post("responses", body)
    assert response.status_code == 422
    assert list(response.json["errors"]) == ["answers.0.value"]
    assert product.report(survey)["n"] == 0


def test_an_unknown_question_is_refused_by_name(product: Product) -> None:
    product.survey("csat")
    visitor = product.visitor()
    body = {
        "invitation": visitor.did()["invitation"],
        "answers": [{"question": "shoe_size", "value": 4}],
    }
    response = visitor.post("responses", body)
    assert (response.status_code, list(response.json["errors"])) == (422, ["answers.0.question"])


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202eright to left", "\u202eright to left"),
        ("half \ud83d a pair", "half \ufffd a pair"),
        ("a NUL \0 here", "a NUL \ufffd here"),
        ("  spaces around  ", "spaces around"),
        ("👩‍👩‍👧‍👦 家族", "👩‍👩‍👧‍👦 家族"),
    ],
)
def test_any_text_is_stored_as_text(product: Product, text: str, stored: str) -> None:
    survey = product.survey("csat")
    visitor = product.visitor("u_1")
    visitor.answer(visitor.did()["invitation"], ("score", 4), ("comment", text), complete=True)
    assert product.report(survey)["n"] == 1
    answers = product.ok("GET", "/v1/people?user_id=u_1")["person"]["answers"]
    assert stored in [answer["text"] for answer in answers]


def test_a_comment_of_ten_thousand_characters_is_refused_with_the_limit(product: Product) -> None:
    product.survey("csat")
    visitor = product.visitor()
    body = {
        "invitation": visitor.did()["invitation"],
        "answers": [{"question": "comment", "value": "x" * 10_000}],
    }
    response = visitor.post("responses", body)
    assert response.status_code == 422
    assert "2000" in response.json["errors"]["answers.0.value"][0]


def test_an_unknown_invitation_is_not_found(product: Product) -> None:
    visitor = product.visitor()
    body = {"invitation": "AAAAAAAAAAAAAAAAAAAAAA", "answers": []}
    assert visitor.post("responses", body).status_code == 404


def test_a_response_after_a_dismissal_is_still_stored(product: Product) -> None:
    survey = product.survey("csat")
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.state(invitation, "dismissed")
    visitor.answer(invitation, ("score", 2))
    assert product.report(survey)["n"] == 1


def test_an_answer_after_a_dismissal_leaves_it_dismissed(product: Product) -> None:
    product.survey("csat")
    visitor = product.visitor("u_1")
    invitation = visitor.did()["invitation"]
    visitor.state(invitation, "dismissed")
    visitor.answer(invitation, ("score", 2))
    (row,) = product.ok("GET", "/v1/people?user_id=u_1")["person"]["invitations"]
    assert row["state"] == "dismissed"


def test_more_than_fifty_answers_are_refused(product: Product) -> None:
    product.survey("csat")
    visitor = product.visitor()
    answers = [{"question": "score", "value": 5}] * 51
    body = {"invitation": visitor.did()["invitation"], "answers": answers}
    response = visitor.post("responses", body)
    assert (response.status_code, list(response.json["errors"])) == (422, ["answers"])
    assert visitor.post("responses", {**body, "answers": answers[1:]}).status_code == 200
