"""SERVQUAL from its template: expectation, perception and each person's gap."""

from typing import Any

import pytest

from sayso_server.background import Background
from sayso_server.storage.database import tables
from tests.product import Product

DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")


def survey(product: Product, **more: Any) -> str:
    return product.survey("servqual", **more)


def say(product: Product, *, user_id: str | None = None, **ratings: dict[str, int]) -> Any:
    visitor = product.visitor(user_id)
    invitation = visitor.did()["invitation"]
    visitor.answer(invitation, *ratings.items())
    return visitor, invitation


def gaps(product: Product, of: str) -> dict[str, tuple[int, float | None]]:
    _, perception = product.report(of)["questions"]
    return {one["id"]: (one["n"], one["value"]) for one in perception["gaps"]}


def test_the_template_has_built_in_texts(product: Product) -> None:
    survey(product)
    asked = product.visitor().did(locale="de")["survey"]["questions"]
    assert [one["title"] for one in asked] == [
        "Wie sollte ein ausgezeichneter Dienst dieser Art sein?",
        "Und wie war es hier?",
    ]
    for one in asked:
        assert [row["id"] for row in one["rows"]] == list(DIMENSIONS)
        assert one["rows"][2]["label"] == "Hilft schnell"
        assert (one["kind"], one["scale"], one["high"]) == ("matrix", 7, "Stimme voll zu")


def test_a_gap_is_counted_if_both_were_rated(product: Product) -> None:
    asked = survey(product)
    say(product, expectation={"empathy": 7, "assurance": 5}, perception={"empathy": 4})
    say(product, expectation={"empathy": 6})
    say(product, perception={"empathy": 1})
    say(product, expectation={"empathy": 3}, perception={"empathy": 4})
    assert gaps(product, asked) == {
        **dict.fromkeys(DIMENSIONS, (0, None)),
        "empathy": (2, -1.0),
    }
    expectation, perception = product.report(asked)["questions"]
    assert (expectation["gaps"], expectation["n"], perception["n"]) == ([], 3, 3)


def test_answers_sent_separately_give_a_gap(
    product: Product,
) -> None:
    asked = survey(product)
    visitor, invitation = say(product, expectation={"empathy": 7})
    product.clock.forward(days=2)
    visitor.answer(invitation, ("perception", {"empathy": 2}))
    assert gaps(product, asked)["empathy"] == (1, -5.0)


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize(
    ("changed", "left"),
    [
        (("perception", {"empathy": 6}), (1, -1.0)),
        (("expectation", {"empathy": 3}), (1, 1.0)),
        (("perception", {}), (0, None)),
        (("expectation", {"assurance": 7}), (0, None)),
        (("perception", {"empathy": 4}), (1, -3.0)),
    ],
)
def test_the_gap_follows_a_changed_answer(
    product: Product, changed: tuple[str, dict[str, int]], left: tuple[int, float], folded: bool
) -> None:
    asked = survey(product)
    visitor, invitation = say(product, expectation={"empathy": 7}, perception={"empathy": 4})
    if folded:
        Background(product.dependencies).run_once()
    product.clock.forward(days=1)
    visitor.answer(invitation, changed)
    assert gaps(product, asked)["empathy"] == left


def test_an_erased_person_leaves_no_gap(product: Product) -> None:
    asked = survey(product)
    say(product, user_id="u_1", expectation={"empathy": 7}, perception={"empathy": 4})
    assert gaps(product, asked)["empathy"] == (1, -3.0)
    assert product.call("DELETE", "/v1/people?user_id=u_1").status_code == 204
    assert gaps(product, asked)["empathy"] == (0, None)
    with product.dependencies.store.read() as connection:
        assert connection.execute(tables.answers.select()).all() == []


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ([{"id": "a", "kind": "matrix", "servqual": "expectation"}], "both"),
        (
            [
                {"id": "a", "kind": "matrix", "servqual": "expectation", "scale": 7},
                {"id": "b", "kind": "matrix", "servqual": "perception", "scale": 5},
            ],
            "same scale",
        ),
    ],
)
def test_publishing_requires_expectation_and_perception_on_one_scale(
    product: Product, questions: list[dict[str, Any]], said: str
) -> None:
    trigger = {"event": "order_completed"}
    body = {"name": "S", "trigger": trigger, "questions": questions}
    survey = product.call("POST", "/v1/surveys", body).json["id"]
    refused = product.call("POST", f"/v1/surveys/{survey}/publish")
    assert refused.status_code == 422
    assert said in refused.json["errors"]["questions"][0]


def test_custom_rows_must_use_the_dimensions_ids(product: Product) -> None:
    rows = [{"id": "price", "label": "Price"}]
    question = {"id": "a", "kind": "matrix", "servqual": "expectation", "rows": rows}
    body = {"name": "S", "trigger": {"event": "e"}, "questions": [question]}
    refused = product.call("POST", "/v1/surveys", body)
    assert refused.status_code == 422
    assert "tangibles" in str(refused.json["errors"])
