"""Questions of every kind are published, asked, answered and reported."""

from typing import Any

import pytest
from sqlalchemy import select

from sayso_server.background import Background
from sayso_server.storage.database import tables
from tests.product import Product, Visitor

SCORE = {"id": "score", "kind": "csat"}
COLOURS = [{"id": name, "label": name.title()} for name in ("red", "green", "blue")]
WHY = {"id": "why", "kind": "choice", "title": "Which?", "options": COLOURS}


def ask(product: Product, *questions: dict[str, Any]) -> str:
    return product.publish(
        {"trigger": {"event": "order_completed"}, "questions": [*questions, SCORE]}
    )


def answer(visitor: Visitor, invitation: str, question: str, value: Any, text: str = "") -> Any:
    said = {"question": question, "value": value, **({"text": text} if text else {})}
    return visitor.post("responses", {"invitation": invitation, "answers": [said]})


def say(product: Product, value: Any, text: str = "") -> tuple[Visitor, str]:
    """A new visitor's answer to `why`."""
    visitor = product.visitor()
    invitation: str = visitor.did()["invitation"]
    assert answer(visitor, invitation, "why", value, text).status_code == 200
    return visitor, invitation


def result(product: Product, survey: str) -> Any:
    (found,) = product.report(survey)["questions"]
    return found


def parts(found: Any) -> dict[str, tuple[int, Any]]:
    return {part["id"]: (part["n"], part["value"]) for part in found["parts"]}


def test_a_page_learns_which_extra_file_renders_the_questions(product: Product) -> None:
    ask(product, {**WHY, "other": True, "none": "Nothing at all"})
    survey = product.visitor().did()["survey"]
    assert survey["more"] == ["kinds"]
    assert survey["labels"]["next"] == "Next"
    assert survey["labels"]["name"] == "Short survey"
    question = survey["questions"][0]
    assert [one["label"] for one in question["options"]] == ["Red", "Green", "Blue"]
    assert (question["other"], question["none"]) == ("Other", "Nothing at all")


def test_the_three_scores_need_no_extra_file(product: Product) -> None:
    product.survey()
    survey = product.visitor().did()["survey"]
    assert "more" not in survey
    assert "next" not in survey["labels"]


def test_choices_are_counted_for_each_option(product: Product) -> None:
    survey = ask(product, {**WHY, "multiple": True, "other": True})
    say(product, ["red", "green"])
    say(product, ["red", "other"], "mauve")
    say(product, [])
    found = result(product, survey)
    assert (found["id"], found["kind"], found["n"]) == ("why", "choice", 2)
    expected = {"red": (2, 100), "green": (1, 50), "blue": (0, 0), "other": (1, 50)}
    assert parts(found) == expected
    low, high = found["parts"][1]["interval"]
    assert 0 < low < 50 < high < 100


def test_a_deselected_option_does_not_count(product: Product) -> None:
    survey = ask(product, {**WHY, "multiple": True})
    visitor, invitation = say(product, ["red", "green"])
    answer(visitor, invitation, "why", ["green", "blue"])
    assert parts(result(product, survey)) == {"red": (0, 0), "green": (1, 100), "blue": (1, 100)}
    answer(visitor, invitation, "why", [])
    assert result(product, survey)["n"] == 0
    with product.dependencies.store.read() as connection:
        assert connection.execute(select(tables.answers)).all() == []


def test_matrix_rows_and_ranks_have_means_and_distributions(product: Product) -> None:
    rows = [{"id": name, "label": name} for name in ("price", "speed")]
    survey = ask(
        product,
        {"id": "rated", "kind": "matrix", "title": "Rate", "rows": rows, "scale": 7},
        {"id": "ranked", "kind": "ranking", "title": "Order", "options": COLOURS},
    )
    for price, order in ((7, ["red", "green", "blue"]), (4, ["red", "blue", "green"])):
        visitor = product.visitor()
        invitation = visitor.did()["invitation"]
        answer(visitor, invitation, "rated", {"price": price})
        answer(visitor, invitation, "ranked", order)
    rated, ranked = product.report(survey)["questions"]
    assert parts(rated) == {"price": (2, 5.5), "speed": (0, None)}
    assert rated["parts"][0]["distribution"]["4"] == 1
    assert parts(ranked) == {"red": (2, 1), "green": (2, 2.5), "blue": (2, 2.5)}


@pytest.mark.parametrize(
    ("question", "value", "n"),
    [
        ({"kind": "consent", "title": "May we?"}, True, 1),
        ({"kind": "contact", "title": "Where?"}, {"email": "a@b.example"}, 1),
        ({"kind": "contact", "title": "Where?"}, {}, 0),
        ({"kind": "date", "title": "When?"}, "2026-03-02", 1),
        ({"kind": "text", "title": "What?", "long": True}, "this", 1),
        ({"kind": "text", "title": "What?"}, "", 0),
        ({"kind": "link", "title": "More", "label": "Go", "url": "https://a.example"}, True, 1),
    ],
)
def test_non_empty_answers_are_counted(
    product: Product, question: dict[str, Any], value: Any, n: int
) -> None:
    survey = ask(product, {"id": "why", **question})
    say(product, value)
    assert result(product, survey)["n"] == n


def test_a_refused_consent_counts_as_an_answer(product: Product) -> None:
    survey = ask(product, {"id": "why", "kind": "consent", "title": "May we?"})
    for agreed in (True, False, False, False):
        say(product, agreed)
    found = result(product, survey)
    assert (found["n"], parts(found)) == (4, {"agreed": (1, 25)})


def test_an_invalid_answer_is_refused_by_name(product: Product) -> None:
    ask(product, WHY)
    visitor = product.visitor()
    response = answer(visitor, visitor.did()["invitation"], "why", ["mauve"])
    assert (response.status_code, list(response.json["errors"])) == (422, ["answers.0.value"])
    assert "red, green, blue" in response.json["errors"]["answers.0.value"][0]


def test_shuffled_options_keep_their_order_for_a_person(product: Product) -> None:
    many = [{"id": f"o{place}", "label": f"{place}"} for place in range(8)]
    questions = [{**WHY, "options": many, "shuffle": True}]
    again = {"again_after_days": {"ignored": 0}}
    trigger = {"event": "order_completed"}
    product.publish({"trigger": trigger, "questions": questions, "throttle": again})
    visitor = product.visitor()
    orders = []
    for _ in range(2):
        asked = visitor.did()
        visitor.show(asked["invitation"])
        orders.append([one["id"] for one in asked["survey"]["questions"][0]["options"]])
        product.clock.forward(minutes=5)
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == [one["id"] for one in many]


@pytest.mark.parametrize(("scale", "value", "top_box"), [(3, 3, 100), (7, 5, 0), (10, 9, 100)])
def test_csat_is_scored_on_its_own_scale(
    product: Product, scale: int, value: int, top_box: float
) -> None:
    survey = product.publish(
        {
            "trigger": {"event": "order_completed"},
            "questions": [{"id": "score", "kind": "csat", "scale": scale, "look": "stars"}],
        }
    )
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("score", value))
    report = product.report(survey)
    assert (report["n"], report["score"], report["top_box"]["value"]) == (1, value, top_box)
    assert len(report["distribution"]) == scale


def test_a_higher_seven_point_ces_is_better(product: Product) -> None:
    survey = product.publish(
        {
            "trigger": {"event": "order_completed"},
            "questions": [{"id": "score", "kind": "ces", "scale": 7}],
        }
    )
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("score", 6))
    report = product.report(survey)
    assert (report["direction"], report["easy_share"]["value"]) == ("higher_is_better", 100)


def test_different_scales_in_two_versions_are_never_pooled(product: Product) -> None:
    survey = product.survey("csat")
    first = product.visitor()
    first.answer(first.did()["invitation"], ("score", 5))
    questions = [{"id": "score", "kind": "csat", "scale": 10}]
    changed = {"name": "x", "trigger": {"event": "order_completed"}, "questions": questions}
    product.ok("PUT", f"/v1/surveys/{survey}", changed)
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    second = product.visitor()
    second.answer(second.did()["invitation"], ("score", 8))
    report = product.report(survey)
    assert (report["n"], report["score"]) == (1, 8)


def test_erasing_a_person_removes_every_option_from_the_counts(product: Product) -> None:
    survey = ask(product, {**WHY, "multiple": True})
    visitor = product.visitor("u_1")
    answer(visitor, visitor.did()["invitation"], "why", ["red", "green"])
    assert result(product, survey)["n"] == 1
    product.call("DELETE", "/v1/people?user_id=u_1")
    found = result(product, survey)
    assert (found["n"], {n for n, _ in parts(found).values()}) == (0, {0})


SCORELESS = {"trigger": {"event": "order_completed"}, "questions": [WHY]}


def test_a_survey_can_have_no_score(product: Product) -> None:
    survey = product.publish(SCORELESS)
    say(product, "red")
    product.visitor().show(product.visitor().did()["invitation"])
    report = product.report(survey)
    assert (report["kind"], report["score"], report["enough"]) == (None, None, False)
    assert (report["n"], report["rates"]["response"], report["distribution"]) == (1, 0.5, {})
    assert parts(report["questions"][0])["red"] == (1, 100)
    assert product.ok("POST", f"/v1/surveys/{survey}/simulate", {"days": 7})["estimate"] is None


def test_without_a_score_the_target_counts_responses(product: Product) -> None:
    product.publish({**SCORELESS, "target": {"responses": 1}})
    say(product, "red")
    Background(product.dependencies).run_once()
    product.clock.forward(seconds=1)
    assert product.visitor().did() is None


def test_a_target_margin_requires_a_score(product: Product) -> None:
    made = product.ok("POST", "/v1/surveys", {"name": "x", **SCORELESS, "target": {"margin": 5}})
    response = product.call("POST", f"/v1/surveys/{made['id']}/publish")
    assert (response.status_code, list(response.json["errors"])) == (422, ["target.margin"])


def test_two_scores_in_one_survey_are_refused(product: Product) -> None:
    questions = [SCORE, {"id": "other", "kind": "nps"}]
    survey = {"name": "x", "trigger": {"event": "e"}, "questions": questions}
    assert product.call("POST", "/v1/surveys", survey).status_code == 422


def test_the_estimate_uses_the_surveys_own_scale(product: Product) -> None:
    questions = [{"id": "score", "kind": "csat", "scale": 10}]
    survey = product.publish({"trigger": {"event": "order_completed"}, "questions": questions})
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("score", 9))
    found = product.ok("POST", f"/v1/surveys/{survey}/simulate", {"days": 7})["estimate"]
    assert (found["margin"], found["answers_so_far"]) == (0.45, 1)


def test_a_variant_on_another_scale_is_refused(product: Product) -> None:
    other = {"name": "b", "questions": [{**SCORE, "scale": 7}]}
    survey = {
        "name": "x",
        "trigger": {"event": "e"},
        "questions": [SCORE],
        "variants": [{"name": "a"}, other],
    }
    made = product.ok("POST", "/v1/surveys", survey)
    response = product.call("POST", f"/v1/surveys/{made['id']}/publish")
    assert "scale" in response.json["errors"]["variants.1.questions"][0]


def test_two_questions_in_a_variant_cannot_share_an_id(product: Product) -> None:
    twice = {"name": "b", "questions": [SCORE, WHY, {**WHY, "title": "Again?"}]}
    survey = {
        "name": "x",
        "trigger": {"event": "e"},
        "questions": [SCORE],
        "variants": [{"name": "a"}, twice],
    }
    made = product.ok("POST", "/v1/surveys", survey)
    response = product.call("POST", f"/v1/surveys/{made['id']}/publish")
    assert list(response.json["errors"]) == ["variants.1.questions"]
