"""Variants are drawn by weight, stay the same for a person, and are reported separately."""

from typing import Any

from tests.product import Product

TWO: list[dict[str, Any]] = [
    {"name": "short", "questions": [{"id": "score", "kind": "csat", "title": "How was it?"}]},
    {
        "name": "long",
        "questions": [
            {"id": "score", "kind": "csat", "title": "How would you rate all of it?"},
            {"id": "why", "kind": "comment"},
        ],
    },
]
AGAIN = {"again_after_days": dict.fromkeys(("answered", "dismissed", "ignored", "snoozed"), 0)}


def asked(product: Product, user: str) -> Any:
    return product.visitor(user).did()


def title(ask: Any) -> str:
    return str(ask["survey"]["questions"][0]["title"])


def test_one_person_sees_the_same_variant_each_time_and_on_each_device(product: Product) -> None:
    product.survey(variants=TWO, throttle=AGAIN)
    for user in range(6):
        titles = set()
        for _ in range(3):
            visitor = product.visitor(f"u_{user}")
            ask = visitor.did()
            titles.add(title(ask))
            visitor.answer(ask["invitation"], ("score", 4), complete=True)
            product.clock.forward(minutes=2)
        assert len(titles) == 1


def test_both_variants_are_drawn_and_a_weight_of_zero_never_is(product: Product) -> None:
    product.survey(variants=TWO)
    assert {title(asked(product, f"u_{user}")) for user in range(24)} == {
        "How was it?",
        "How would you rate all of it?",
    }
    product.survey(event="other", variants=[TWO[0], {**TWO[1], "weight": 0}])
    only = {title(product.visitor(f"v_{user}").did("other")) for user in range(12)}
    assert only == {"How was it?"}


def test_answers_are_checked_and_reported_for_each_variant(product: Product) -> None:
    survey = product.survey(variants=TWO)
    seen = {"How was it?": 0, "How would you rate all of it?": 0}
    for user in range(12):
        visitor = product.visitor(f"u_{user}")
        ask = visitor.did()
        seen[title(ask)] += 1
        body = {
            "invitation": ask["invitation"],
            "answers": [{"question": "score", "value": 5}, {"question": "why", "value": "so"}],
        }
        expected = 422 if title(ask) == "How was it?" else 200
        assert visitor.post("responses", body).status_code == expected
        visitor.answer(ask["invitation"], ("score", 5))
    report = product.ok("GET", f"/v1/surveys/{survey}/report?by=variant")
    assert report["n"] == 12
    assert report["variants"]["short"]["n"] == seen["How was it?"]
    assert report["variants"]["long"]["n"] == seen["How would you rate all of it?"]


def test_erasing_a_person_removes_their_answer_from_its_variant(product: Product) -> None:
    survey = product.survey(variants=TWO)
    visitor = product.visitor("u_1")
    visitor.answer(visitor.did()["invitation"], ("score", 5))
    product.call("DELETE", "/v1/people?user_id=u_1")
    report = product.ok("GET", f"/v1/surveys/{survey}/report?by=variant")
    assert [one["n"] for one in report["variants"].values()] == [0, 0]
