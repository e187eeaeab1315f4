"""Response limits that overshoot (PostHog #27115, #25722). Races: tests/asking."""

import pytest

from tests.product import Product, Visitor

MOST = 3


def visitors(product: Product, n: int = 8) -> list[Visitor]:
    return [product.visitor() for _ in range(n)]


def test_a_response_limit_is_never_overshot_posthog_27115(product: Product) -> None:
    survey = product.survey(quota={"responses": MOST})
    everybody = visitors(product)
    asks = [visitor.did() for visitor in everybody]
    assert sum(ask is not None for ask in asks) == MOST
    for visitor, ask in zip(everybody, asks, strict=True):
        if ask is not None:
            visitor.show(ask["invitation"])
            visitor.answer(ask["invitation"], ("score", 5), complete=True)
    assert product.report(survey)["n"] == MOST
    product.clock.forward(days=400)
    assert all(visitor.did() is None for visitor in (*everybody, product.visitor()))


def test_a_limit_holds_at_once_and_not_after_a_nightly_job_posthog_25722(product: Product) -> None:
    product.survey(quota={"responses": 1})
    first, second = visitors(product, 2)
    invitation = first.did()["invitation"]
    first.show(invitation)
    first.answer(invitation, ("score", 5))
    assert second.did() is None
    product.track("u_42")
    assert product.visitor("u_42").asked() is None
    assert product.ledger("u_42") == [("quota_reached", 1)]


def test_an_unused_place_is_given_to_another_person(product: Product) -> None:
    product.survey(quota={"responses": 1})
    left, closed, answers, none = visitors(product, 4)
    left.did()
    assert closed.did() is None
    product.clock.forward(seconds=16)  # the claim's lease has ended
    invitation = closed.did()["invitation"]
    closed.show(invitation)
    assert answers.did() is None
    closed.state(invitation, "dismissed")
    invitation = answers.did()["invitation"]
    answers.show(invitation)
    answers.answer(invitation, ("score", 5), complete=True)
    assert none.did() is None


def test_an_answer_that_comes_after_its_place_went_to_another_is_refused_not_counted(
    product: Product,
) -> None:
    survey = product.survey(quota={"responses": 1})
    slow, quick = visitors(product, 2)
    kept = slow.did()["invitation"]
    slow.show(kept)
    product.clock.forward(minutes=31)
    invitation = quick.did()["invitation"]
    quick.show(invitation)
    quick.answer(invitation, ("score", 5), complete=True)
    late = {"invitation": kept, "answers": [{"question": "score", "value": 1}]}
    response = slow.post("responses", late)
    assert (response.status_code, response.json["code"]) == (409, "quota_reached")
    assert product.report(survey)["n"] == 1


@pytest.mark.parametrize("closing", ["dismissed", "snoozed", None])
def test_a_limit_of_popups_counts_each_that_was_shown(product: Product, closing: str) -> None:
    product.survey(quota={"shown": 2})
    for visitor in visitors(product, 2):
        invitation = visitor.did()["invitation"]
        visitor.show(invitation)
        if closing:
            visitor.state(invitation, closing)
    product.clock.forward(days=400)
    assert product.visitor().did() is None


def test_a_daily_limit_resets_at_midnight_utc(product: Product) -> None:
    product.survey(quota={"shown_a_day": 1})

    def shows() -> bool:
        visitor = product.visitor()
        ask = visitor.did()
        if ask is not None:
            visitor.show(ask["invitation"])
        return ask is not None

    assert [shows(), shows()] == [True, False]
    product.clock.forward(hours=11, minutes=59, seconds=59)
    assert not shows()
    product.clock.forward(seconds=1)
    assert [shows(), shows()] == [True, False]
