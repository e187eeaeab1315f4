"""Respondents can read, change and delete their response through the link in its receipt."""

import json
import logging
from typing import Any

import pytest
from sqlalchemy import select

from sayso_server.background import Background
from sayso_server.storage.database.tables import tail
from tests.product import Clock, Product, Visitor, make_product

TEAS = [{"id": name, "label": name.title()} for name in ("green", "black")]
QUESTIONS = [
    {"id": "score", "kind": "nps"},
    {"id": "teas", "kind": "choice", "title": "Which?", "options": TEAS, "multiple": True},
    {"id": "comment", "kind": "comment"},
]
SAID: list[tuple[str, Any]] = [("score", 3), ("teas", ["green", "black"]), ("comment", "slow")]


def completed(product: Product, visitor: Visitor, *answers: tuple[str, Any]) -> str:
    """Completes a response; returns the secret in its receipt link."""
    reply = visitor.answer(visitor.did()["invitation"], *(answers or SAID), complete=True)
    url: str = reply["receipt"]["url"]
    assert url.startswith(f"{product.dependencies.settings.public_url}/a#")
    return url.partition("#")[2]


def call(product: Product, path: str, secret: object, **more: Any) -> Any:
    body = json.dumps({"secret": secret, **more})
    return product.client.post(f"/v1/answer{path}", data=body, content_type="text/plain")


def change(product: Product, secret: str, *answers: tuple[str, Any]) -> Any:
    given = [{"question": question, "value": value} for question, value in answers]
    return call(product, "/change", secret, answers=given)


@pytest.fixture
def survey(product: Product) -> str:
    return product.publish({"questions": QUESTIONS, "trigger": {"event": "order_completed"}})


def teas(product: Product, survey: str) -> dict[str, int]:
    (asked,) = product.report(survey)["questions"]
    return {part["id"]: part["n"] for part in asked["parts"]}


@pytest.mark.usefixtures("survey")
def test_only_a_complete_response_gets_a_link_that_never_changes(product: Product) -> None:
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    assert "receipt" not in visitor.answer(invitation, ("score", 3))
    first = visitor.answer(invitation, *SAID, complete=True)["receipt"]
    assert visitor.answer(invitation, ("score", 4))["receipt"] == first
    assert first["label"] == "Change or delete my answer"


@pytest.mark.usefixtures("survey")
def test_the_link_shows_the_answers(product: Product) -> None:
    opened = call(product, "", completed(product, product.visitor("u_1"))).json
    assert opened["answers"] == [
        {"question": "score", "value": 3},
        {"question": "teas", "value": ["green", "black"]},
        {"question": "comment", "value": "slow"},
    ]
    assert [one["id"] for one in opened["survey"]["questions"]] == ["score", "teas", "comment"]
    assert opened["deleted"] is False


def test_a_get_of_the_link_reveals_and_changes_nothing(product: Product, survey: str) -> None:
    secret = completed(product, product.visitor("u_1"))
    before = product.report(survey)
    page = product.client.get(f"/a#{secret}")
    again = product.client.get(f"/a?secret={secret}")
    assert (page.status_code, page.data) == (200, again.data)
    assert "slow" not in page.text
    assert secret not in page.text
    assert product.client.get(f"/v1/answer?secret={secret}").status_code == 405
    assert product.report(survey) == before


def test_the_page_is_not_cached_and_runs_only_its_own_script(product: Product) -> None:
    headers = product.client.get("/a").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_page_is_in_the_browsers_language(product: Product) -> None:
    page = product.client.get("/a", headers={"Accept-Language": "de-AT, en;q=0.5"}).text
    assert '<html lang="de" dir="ltr">' in page
    assert "Dieser Link gilt nicht mehr." in page


def test_a_changed_answer_replaces_the_earlier_one_in_the_counts(
    product: Product, survey: str
) -> None:
    secret = completed(product, product.visitor("u_1"))
    first_day = product.clock.now.date().isoformat()
    assert (product.report(survey)["score"], teas(product, survey)["green"]) == (-100, 1)
    Background(product.dependencies).run_once()
    product.clock.forward(days=2)
    changed = change(product, secret, ("score", 10), ("teas", ["black"]), ("comment", ""))
    assert changed.status_code == 200
    assert changed.json["answers"] == [
        {"question": "score", "value": 10},
        {"question": "teas", "value": ["black"]},
    ]
    for _ in range(2):
        report = product.report(survey)
        assert (report["n"], report["score"]) == (1, 100)
        assert [day["day"] for day in report["series"] if day["n"]] == [first_day]
        assert teas(product, survey) == {"green": 0, "black": 1}
        assert report["counts"]["completed"] == 1
        Background(product.dependencies).run_once()


def test_an_invalid_change_changes_nothing(product: Product, survey: str) -> None:
    secret = completed(product, product.visitor())
    refused = change(product, secret, ("comment", "fast"), ("score", 11))
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["answers.1.value"])
    assert call(product, "", secret).json["answers"][2]["value"] == "slow"
    assert product.report(survey)["score"] == -100


def test_a_deleted_response_is_in_no_count_and_no_export(product: Product, survey: str) -> None:
    visitor = product.visitor("u_1")
    secret = completed(product, visitor)
    completed(product, product.visitor("u_2"), ("score", 9))
    Background(product.dependencies).run_once()
    for _ in range(2):  # a second deletion is not an error
        reply = call(product, "/delete", secret)
        assert (reply.status_code, reply.json["deleted"]) == (200, True)
        assert reply.json["answers"] == []
    for _ in range(2):
        report = product.report(survey)
        assert (report["n"], report["score"], report["unproven"]) == (1, 100, 0)
        assert teas(product, survey) == {"green": 0, "black": 0}
        counts = report["counts"]
        assert [counts[one] for one in ("shown", "started", "completed")] == [2, 1, 1]
        Background(product.dependencies).run_once()
    person = product.ok("GET", "/v1/people?user_id=u_1")["person"]
    assert person["answers"] == []
    assert person["invitations"][0]["deleted_at"] == product.clock.now.isoformat()


@pytest.mark.usefixtures("survey")
def test_after_deletion_the_link_shows_it_and_refuses_changes(product: Product) -> None:
    secret = completed(product, product.visitor())
    call(product, "/delete", secret)
    opened = call(product, "", secret)
    assert (opened.json["deleted"], opened.json["answers"]) == (True, [])
    refused = change(product, secret, ("score", 10))
    assert (refused.status_code, refused.json["code"]) == (409, "response_deleted")


def test_a_late_resend_does_not_restore_a_deleted_response(product: Product, survey: str) -> None:
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    url = visitor.answer(invitation, *SAID, complete=True)["receipt"]["url"]
    call(product, "/delete", url.partition("#")[2])
    answers = [{"question": "score", "value": 9}]
    late = visitor.post("responses", {"invitation": invitation, "answers": answers})
    assert late.status_code == 404
    assert product.report(survey)["n"] == 0


@pytest.mark.usefixtures("survey")
def test_deleting_an_answer_does_not_shorten_the_wait(product: Product) -> None:
    visitor = product.visitor()
    call(product, "/delete", completed(product, visitor))
    product.clock.forward(days=100)
    assert visitor.did() is None


def test_the_link_expires_after_thirty_days(product: Product, survey: str, clock: Clock) -> None:
    secret = completed(product, product.visitor())
    clock.forward(days=30, seconds=-1)
    assert call(product, "", secret).status_code == 200
    clock.forward(seconds=1)
    for path in ("", "/delete"):
        assert call(product, path, secret).status_code == 404
    assert change(product, secret, ("score", 10)).status_code == 404
    assert product.ok("GET", f"/v1/surveys/{survey}/report")["n"] == 1


def test_wrong_old_and_foreign_secrets_get_the_same_reply(
    product: Product, clock: Clock, survey: str
) -> None:
    old = completed(product, product.visitor())
    clock.forward(days=31)
    fresh = completed(product, product.visitor())
    other = make_product(product.app, clock)
    other.publish({"questions": QUESTIONS, "trigger": {"event": "order_completed"}})
    theirs = completed(other, other.visitor())
    mixed = theirs[:20] + fresh[20:]  # their project, our response
    wrong = fresh[:-1] + ("A" if fresh[-1] != "A" else "B")
    erased = completed(product, product.visitor("u_1"))
    product.call("DELETE", "/v1/people?user_id=u_1")
    replies = [call(product, "", one) for one in (old, mixed, wrong, erased, "ünïcödé", "A" * 64)]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.data for reply in replies}) == 1
    assert call(product, "", fresh).json["answers"] != []
    assert call(other, "", theirs).status_code == 200


@pytest.mark.usefixtures("survey")
def test_an_erasure_after_a_deletion_subtracts_nothing_twice(product: Product, survey: str) -> None:
    call(product, "/delete", completed(product, product.visitor("u_1")))
    product.call("DELETE", "/v1/people?user_id=u_1")
    counts = product.report(survey)["counts"]
    assert [counts[one] for one in ("shown", "started", "completed")] == [0, 0, 0]


@pytest.mark.usefixtures("survey")
def test_an_invitation_id_is_not_a_secret(product: Product) -> None:
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.answer(invitation, *SAID, complete=True)
    assert call(product, "", invitation).status_code == 404


@pytest.mark.usefixtures("survey")
def test_a_secret_is_in_no_log_and_no_export(
    product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = completed(product, product.visitor("u_1"))
    for path in ("", "/change", "/delete"):
        call(product, path, secret, answers=[])
    call(product, "", secret[:-1])
    assert secret[:-1] not in caplog.text
    assert secret not in product.call("GET", "/v1/people?user_id=u_1").text


@pytest.mark.usefixtures("survey")
def test_a_testers_deletion_does_not_change_the_counts(product: Product, survey: str) -> None:
    product.ok("PUT", "/v1/policy", {"test_mode": {"on": True, "testers": ["u_1"]}})
    call(product, "/delete", completed(product, product.visitor("u_1")))
    assert product.report(survey)["counts"]["completed"] == 0


@pytest.mark.usefixtures("survey")
def test_one_background_run_folds_a_deletion(product: Product) -> None:
    secret = completed(product, product.visitor())
    for _ in range(2):
        Background(product.dependencies).run_once()
    call(product, "/delete", secret)
    Background(product.dependencies).run_once()
    with product.dependencies.store.read() as connection:
        assert connection.execute(select(tail)).all() == []
