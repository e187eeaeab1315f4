"""The attention receipt tells a visitor why a survey asks, and lets them choose never again."""

from typing import Any

from tests.product import Clock, Product, Visitor


def why(visitor: Visitor, invitation: str) -> Any:
    return visitor.ok("receipt", {"invitation": invitation})


def test_the_receipt_names_the_trigger_and_that_the_survey_asks_once(product: Product) -> None:
    product.survey(why={"en": "Because you just ordered.", "de": "Weil Sie bestellt haben."})
    visitor = product.visitor()
    told = why(visitor, visitor.did()["invitation"])
    assert told["title"] == "Why you are asked"
    assert told["sentences"] == [
        "Because you just ordered.",
        "Something that just happened here brought up this question.",
        "This question comes only once.",
        "Your answer is kept with a random number in this browser, not with your name.",
    ]
    assert (told["until"], told["never"], told["back"]) == (None, "Never ask me again", "Back")


def test_the_receipt_is_in_the_surveys_language(product: Product) -> None:
    product.survey(why={"en": "Because you just ordered.", "de": "Weil Sie bestellt haben."})
    visitor = product.visitor()
    asked = visitor.decide("event", name="order_completed", locale="de-AT")["ask"]
    told = why(visitor, asked["invitation"])
    assert told["title"] == "Warum Sie gefragt werden"
    assert told["sentences"][0] == "Weil Sie bestellt haben."


def test_a_proven_persons_answer_is_kept_with_the_account(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    told = why(visitor, visitor.did()["invitation"])
    assert told["sentences"][-1] == "Your answer is kept with your account."


def test_the_receipt_names_a_page_view_as_the_trigger(product: Product) -> None:
    survey = product.page_survey()
    visitor = product.visitor()
    asked = visitor.asked("page_view", surveys=[survey.replace("-", "")[-8:]])
    told = why(visitor, asked["invitation"])
    assert told["sentences"][0] == "The page you are on brought up this question."


def test_the_receipt_gives_the_end_of_the_cool_down(product: Product, clock: Clock) -> None:
    product.ok("PUT", "/v1/policy", {"cool_down_days": 14})
    product.survey()
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    shown = clock.now
    clock.forward(minutes=1)
    told = why(visitor, invitation)
    assert "Nothing else will be asked before {date}." in told["sentences"]
    assert told["until"].startswith(shown.replace(day=shown.day + 14).isoformat()[:19])


def test_an_unknown_invitation_has_no_receipt(product: Product) -> None:
    product.survey()
    assert product.visitor().post("receipt", {"invitation": "A" * 22}).status_code == 404


def test_never_again_has_no_time_limit(product: Product) -> None:
    product.survey()
    product.survey("nps", event="logged_in")
    visitor = product.visitor("u_1")
    visitor.state(visitor.did()["invitation"], "never")
    product.clock.forward(days=800)
    assert product.visitor("u_1").did("logged_in") is None
