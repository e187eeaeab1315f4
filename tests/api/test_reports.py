"""Reports: the days, versions and people that they count."""

from datetime import date, timedelta
from typing import Any

import pytest

from sayso_server.background import Background
from tests.product import Product


def answered_on(product: Product, survey: str, days: list[int]) -> date:
    """A visitor answers on each day, given as an offset from today; returns today."""
    start = product.clock.now
    for day in days:
        product.clock.now = start + timedelta(days=day)
        visitor = product.visitor()
        visitor.answer(visitor.did()["invitation"], ("score", 5))
    product.clock.now = start
    return start.date()


def test_a_report_covers_the_last_ninety_days(product: Product) -> None:
    survey = product.survey("csat")
    answered_on(product, survey, [-91, -90, 0])
    assert product.report(survey)["n"] == 2


def test_a_report_includes_its_first_and_last_day(product: Product) -> None:
    survey = product.survey("csat")
    today = answered_on(product, survey, [-3, -2, -1, 0])
    span = f"from={today - timedelta(days=2)}&to={today - timedelta(days=1)}"
    report = product.ok("GET", f"/v1/surveys/{survey}/report?{span}")
    assert report["n"] == 2
    assert report["counts"]["shown"] == 2


def test_a_span_that_ends_before_it_begins_is_refused_by_name(product: Product) -> None:
    path = f"/v1/surveys/{product.survey()}/report"
    response = product.call("GET", f"{path}?from=2026-03-02&to=2026-03-01")
    assert (response.status_code, list(response.json["errors"])) == (422, ["from"])
    assert product.call("GET", f"{path}?from=2026-03-02&to=2026-03-02").status_code == 200


def published(product: Product, survey: str, **patch: Any) -> None:
    product.ok("PATCH", f"/v1/surveys/{survey}", patch)
    product.ok("POST", f"/v1/surveys/{survey}/publish")


def answer(product: Product, value: int, user: str | None = None) -> None:
    visitor = product.visitor(user)
    visitor.answer(visitor.did()["invitation"], ("score", value), complete=True)


def report(product: Product, survey: str, query: str = "") -> Any:
    return product.ok("GET", f"/v1/surveys/{survey}/report{query}")


TITLE = {"id": "score", "kind": "csat", "title": "Happy?"}


def test_a_report_lists_its_versions_and_the_others(product: Product) -> None:
    survey = product.survey("nps")
    answer(product, 9)
    published(product, survey, template="csat")
    answer(product, 4)
    published(product, survey, priority=1)
    answer(product, 2)
    latest = report(product, survey)
    assert (latest["kind"], latest["n"], latest["score"]) == ("csat", 2, 3)
    assert (latest["versions"], latest["other_versions"]) == ([2, 3], [1])
    first = report(product, survey, "?version=1")
    assert (first["kind"], first["n"], first["score"]) == ("nps", 1, 100)
    assert (first["versions"], first["other_versions"]) == ([1], [2, 3])
    third = report(product, survey, "?version=3")
    assert (third["n"], third["score"], third["other_versions"]) == (1, 2, [1, 2])
    assert report(product, survey, "?version=3&version=2") == latest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"questions": [TITLE]}, {"questions": [{**TITLE, "title": "Unhappy?"}]}),
        ({"questions": [TITLE]}, {"questions": [{**TITLE, "scale": 7}]}),
        ({"questions": [TITLE]}, {"template": "csat"}),
        ({"template": "ces"}, {"questions": [{"id": "score", "kind": "ces", "high": "Hard"}]}),
    ],
)
def test_answers_to_different_wording_are_never_pooled(
    product: Product, before: dict[str, Any], after: dict[str, Any]
) -> None:
    survey = product.publish({"trigger": {"event": "order_completed"}, **before})
    answer(product, 5)
    late = product.visitor()
    open_popup = late.did()["invitation"]
    published(product, survey, **after)
    late.answer(open_popup, ("score", 1), complete=True)
    answer(product, 2)
    Background(product.dependencies).run_once()
    now, then = report(product, survey), report(product, survey, "?version=1")
    assert (now["n"], now["counts"]["shown"], now["versions"]) == (1, 1, [2])
    assert (then["n"], then["counts"]["shown"], then["versions"]) == (2, 2, [1])
    assert (now["score"], then["score"]) == (2, 3)


def test_answers_to_changed_options_are_reported_separately(product: Product) -> None:
    def asks(label: str) -> list[dict[str, Any]]:
        options = [{"id": "a", "label": label}, {"id": "b", "label": "Price"}]
        return [{"id": "why", "kind": "choice", "title": "Why?", "options": options}]

    event = {"event": "order_completed"}
    survey = product.publish({"trigger": event, "questions": asks("Tea")})
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("why", ["a"]))
    published(product, survey, questions=asks("Cups"))
    assert report(product, survey)["questions"][0]["n"] == 0
    assert report(product, survey, "?version=1")["questions"][0]["n"] == 1


def test_a_changed_answer_counts_for_the_version_of_its_invitation(product: Product) -> None:
    survey = product.survey("csat")
    visitor = product.visitor("u_1")
    invitation = visitor.did()["invitation"]
    visitor.answer(invitation, ("score", 5))
    published(product, survey, questions=[TITLE])
    visitor.answer(invitation, ("score", 3))
    first = report(product, survey, "?version=1")
    assert (first["n"], first["score"]) == (1, 3)
    assert product.call("DELETE", "/v1/people?user_id=u_1").status_code == 204
    assert report(product, survey, "?version=1")["n"] == 0
    assert report(product, survey)["n"] == 0


@pytest.mark.parametrize(
    "query", ["?version=3", "?version=2&version=1", "?version=0", "?version=x"]
)
def test_versions_that_cannot_be_counted_together_are_refused(product: Product, query: str) -> None:
    survey = product.survey("nps")
    published(product, survey, template="csat")
    response = product.call("GET", f"/v1/surveys/{survey}/report{query}")
    assert response.status_code == 422
    assert next(iter(response.json["errors"])).startswith(("version", "query.version"))


def test_a_drafts_report_has_no_version(product: Product) -> None:
    draft = {"name": "x", "template": "csat", "trigger": {"event": "e"}}
    survey = product.ok("POST", "/v1/surveys", draft)["id"]
    empty = report(product, survey)
    assert (empty["versions"], empty["other_versions"], empty["n"]) == ([], [], 0)


def test_a_report_separates_proven_people_from_others(product: Product) -> None:
    survey = product.survey("csat")
    answer(product, 5, "u_1")
    answer(product, 4, "u_2")
    for _ in range(3):
        answer(product, 1)
    Background(product.dependencies).run_once()
    proven = report(product, survey, "?proven=true")
    assert (proven["n"], proven["score"], proven["unproven"]) == (2, 4.5, 0)
    assert (proven["counts"]["shown"], proven["rates"]["response"]) == (2, 1)
    others = report(product, survey, "?proven=false")
    assert (others["n"], others["score"], others["unproven"]) == (3, 1, 3)
    both = report(product, survey)
    assert (both["n"], both["proven"], proven["proven"], others["proven"]) == (5, None, True, False)


def test_a_target_counts_answers_to_the_current_wording(product: Product) -> None:
    survey = product.survey("csat", target={"responses": 2})
    answer(product, 5)
    published(product, survey, questions=[TITLE])
    answer(product, 5)
    Background(product.dependencies).run_once()
    product.clock.forward(seconds=1)
    assert product.visitor().did() is not None
    answer(product, 5)
    Background(product.dependencies).run_once()
    product.clock.forward(seconds=1)
    assert product.visitor().did() is None


def test_a_simulation_counts_answers_to_the_drafts_wording(product: Product) -> None:
    survey = product.survey("csat")
    answer(product, 5)
    path = f"/v1/surveys/{survey}"
    so_far = product.ok("POST", f"{path}/simulate", {})["estimate"]["answers_so_far"]
    product.ok("PATCH", path, {"questions": [TITLE]})
    now = product.ok("POST", f"{path}/simulate", {})["estimate"]["answers_so_far"]
    assert (so_far, now) == (1, 0)
