"""*Decide*: who is asked, that they are asked once, and why others are not."""

from typing import Any
from uuid import UUID

from sqlalchemy import event

from sayso_server.asking.project_cache import page_name
from sayso_server.storage.projects import projects
from tests.product import Product


def test_a_backend_event_asks_the_proven_user_on_their_page(product: Product) -> None:
    survey = product.survey()
    product.track("u_42", properties={"total": 99})
    ask = product.visitor("u_42").asked()
    assert ask["survey"]["id"] == survey
    assert [question["kind"] for question in ask["survey"]["questions"]] == ["csat", "comment"]


def test_a_repeated_call_gets_the_same_reply(product: Product) -> None:
    product.survey()
    product.track("u_42")
    visitor = product.visitor("u_42")
    first = visitor.decide(id="same")
    assert first["ask"] is not None
    assert visitor.decide(id="same") == first


def test_a_repeated_page_event_gets_the_same_reply(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    first = visitor.decide("event", name="order_completed", id="same")
    assert first["ask"] is not None
    assert visitor.decide("event", name="order_completed", id="same") == first


def test_a_repeated_event_stays_a_silence(product: Product) -> None:
    product.survey(trigger={"filters": [{"property": "total", "op": "gt", "value": 10}]})
    visitor = product.visitor()
    small: dict[str, Any] = {"name": "order_completed", "id": "same", "properties": {"total": 1}}
    assert visitor.decide("event", **small)["ask"] is None
    again = {**small, "properties": {"total": 99}}
    assert visitor.decide("event", **again)["ask"] is None


def test_two_devices_of_one_user_are_asked_once(product: Product) -> None:
    product.survey()
    product.track("u_42")
    phone, laptop = product.visitor("u_42"), product.visitor("u_42")
    assert phone.asked() is not None
    assert laptop.asked() is None
    assert product.ledger("u_42") == [("queued", 1)]
    assert laptop.did() is None
    assert product.ledger("u_42") == [("already_waiting", 1), ("queued", 1)]


def test_a_claim_never_shown_returns_after_its_lease(product: Product) -> None:
    product.survey()
    product.track("u_42")
    left, next_page = product.visitor("u_42"), product.visitor("u_42")
    lost = left.asked()["invitation"]
    product.clock.forward(seconds=14)
    assert next_page.asked() is None
    product.clock.forward(seconds=2)
    found = next_page.asked()
    assert found is not None
    assert left.state(lost, "shown").status_code == 404


def test_a_shown_popup_is_not_asked_again(product: Product) -> None:
    product.survey()
    product.track("u_42")
    visitor = product.visitor("u_42")
    visitor.show(visitor.asked()["invitation"])
    product.clock.forward(minutes=5)
    product.track("u_42")
    assert visitor.asked() is None
    assert product.ledger("u_42") == [("already_asked", 1), ("asked", 1), ("queued", 1)]


def test_an_invitation_that_nobody_claims_expires(product: Product) -> None:
    product.survey()
    product.track("u_42", ask_within=60)
    product.clock.forward(seconds=61)
    assert product.visitor("u_42").asked() is None


def test_an_old_event_is_stored_and_asks_nobody(product: Product) -> None:
    product.survey()
    earlier = product.clock.now.replace(hour=9).isoformat()
    assert product.track("u_42", at=earlier)["status"] == "stored"
    assert product.visitor("u_42").asked() is None
    assert product.ledger("u_42") == [("too_late", 1)]


def test_a_wrong_backend_clock_is_corrected(product: Product) -> None:
    product.survey()
    slow = product.clock.now.replace(hour=9)
    event = {"id": "e", "name": "order_completed", "user_id": "u_42", "at": slow.isoformat()}
    product.ok("POST", "/v1/events", {"sent_at": slow.isoformat(), "events": [event]})
    assert product.visitor("u_42").asked() is not None


def test_a_delayed_ask_waits_and_is_then_asked(product: Product) -> None:
    product.survey(trigger={"delay": 30})
    visitor = product.visitor()
    reply = visitor.decide("event", name="order_completed")
    assert reply["ask"] is None
    assert reply["waiting"]["in"] == 30
    product.clock.forward(seconds=29)
    assert visitor.asked(invitation=reply["waiting"]["invitation"]) is None
    product.clock.forward(seconds=1)
    assert visitor.asked(invitation=reply["waiting"]["invitation"]) is not None


def test_a_repeated_event_after_the_delay_has_no_wait_left(product: Product) -> None:
    product.survey(trigger={"delay": 30})
    visitor = product.visitor()
    first = visitor.decide("event", name="order_completed", id="same")
    product.clock.forward(seconds=40)
    again = visitor.decide("event", name="order_completed", id="same")
    assert again["waiting"] == {**first["waiting"], "in": 0}


def test_an_event_without_a_name_is_a_clear_error(product: Product) -> None:
    visitor = product.visitor()
    body = {**visitor.who(), "trigger": {"kind": "event", "id": "t"}}
    response = visitor.post("decide", body)
    assert (response.status_code, list(response.json["errors"])) == (422, ["trigger.name"])


def test_surveys_wait_for_each_other(product: Product) -> None:
    product.survey("csat", "order_completed", throttle={"cool_down_days": 7})
    product.survey("ces", "support_called", throttle={"cool_down_days": 7})
    visitor = product.visitor("u_42")
    first = visitor.did("order_completed")
    visitor.show(first["invitation"])
    visitor.answer(first["invitation"], ("score", 5), complete=True)
    product.clock.forward(days=6)
    visitor.token = product.token("u_42")
    assert visitor.did("support_called") is None
    product.clock.forward(days=1)
    visitor.token = product.token("u_42")
    assert visitor.did("support_called") is not None
    assert ("cooling_down", 1) in product.ledger("u_42")


def test_never_again_is_kept_for_every_survey(product: Product) -> None:
    product.survey("csat", "order_completed")
    product.survey("ces", "support_called")
    visitor = product.visitor("u_42")
    reply = visitor.state(visitor.did("order_completed")["invitation"], "never")
    assert reply.json["state"] == "never"
    product.clock.forward(days=300)
    visitor.token = product.token("u_42")
    assert visitor.did("support_called") is None


def test_one_of_two_surveys_for_the_same_event_is_asked(product: Product) -> None:
    week = {"cool_down_days": 7}
    first = product.survey("csat", throttle=week)
    product.survey("nps", throttle=week)
    visitor = product.visitor("u_42")
    assert visitor.did()["survey"]["id"] == first
    assert product.ledger("u_42") == [("outranked", 1), ("queued", 1)]


def test_an_event_from_the_page_does_not_start_a_survey_for_backend_events(
    product: Product,
) -> None:
    product.survey(trigger={"from": "backend"})
    assert product.visitor("u_42").did() is None
    product.track("u_42")
    assert product.visitor("u_42").asked() is not None


def test_a_page_view_asks_only_surveys_with_a_matching_rule(product: Product) -> None:
    docs = product.page_survey({"match": "prefix", "value": "/docs"})
    visitor = product.visitor()
    assert visitor.asked("page_view") is None
    assert visitor.asked("page_view", surveys=[page_name(UUID(docs))])["survey"]["id"] == docs
    assert visitor.asked("page_view", surveys=[page_name(UUID(docs))]) is None


def test_a_page_view_that_stays_silent_locks_and_writes_nothing(product: Product) -> None:
    docs = [page_name(UUID(product.page_survey()))]
    visitor = product.visitor("u_42")
    visitor.show(visitor.asked("page_view", surveys=docs)["invitation"])
    statements: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(product.dependencies.store.engine, "before_cursor_execute", see)
    assert visitor.asked("page_view", surveys=docs) is None
    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    assert not any("FOR UPDATE" in statement for statement in statements)
    assert ("already_asked", 1) in product.ledger("u_42")


def test_a_project_paused_by_a_command_asks_nobody_half_a_second_later(product: Product) -> None:
    product.survey()
    visitor = product.visitor()
    assert visitor.asked() is None
    product.dependencies.store.write(
        lambda c: projects.change(c, product.project_id, {"paused": True})
    )
    product.clock.forward(seconds=0.5)
    assert visitor.did() is None


def test_a_paused_survey_asks_nobody_and_its_waiting_invitations_stay_silent(
    product: Product,
) -> None:
    survey = product.survey()
    product.track("u_42")
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    assert product.visitor("u_42").asked() is None
    assert product.visitor("u_42").did() is None
    assert ("no_longer_live", 1) in product.ledger("u_42")


def test_the_survey_is_in_the_visitors_language(product: Product) -> None:
    product.survey("nps")
    ask = product.visitor().did(locale="de-AT")
    assert ask["survey"]["language"] == "de"
    assert "weiterempfehlen" in ask["survey"]["questions"][0]["title"]


def test_a_custom_title_decides_the_language(product: Product) -> None:
    questions = [{"id": "score", "kind": "csat", "title": {"en": "How was the tea?"}}]
    product.publish({"questions": questions, "trigger": {"event": "order_completed"}})
    ask = product.visitor().did(locale="de")
    assert ask["survey"]["language"] == "en"
    assert ask["survey"]["questions"][0]["title"] == "How was the tea?"
