"""Test mode: named testers get the real flow without throttles, and are counted separately."""

from sayso_server.background import Background
from tests.api.test_variants import TWO
from tests.product import NOON, Product


def turn_on(product: Product, *testers: str, **more: object) -> None:
    policy = {"cool_down_days": 7, "test_mode": {"on": True, "testers": list(testers)}, **more}
    product.ok("PUT", "/v1/policy", policy)


def answer_once(product: Product, user: str) -> None:
    visitor = product.visitor(user)
    ask = visitor.did()
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 5), complete=True)


def test_a_tester_can_be_asked_repeatedly(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey(quota={"responses": 1})
    for _ in range(3):
        answer_once(product, "u_tester")


def test_testers_answers_are_counted_separately(product: Product) -> None:
    turn_on(product, "u_tester")
    survey = product.survey()
    answer_once(product, "u_tester")
    answer_once(product, "u_real")
    report = product.report(survey)
    assert (report["n"], report["counts"]["shown"]) == (1, 1)
    tested = product.ok("GET", f"/v1/surveys/{survey}/report?test=true")
    assert (tested["n"], tested["score"]) == (1, 5)


def test_everything_that_testers_do_is_counted_separately(product: Product) -> None:
    testers = [f"u_{n}" for n in range(5)]
    turn_on(product, *testers)
    survey = product.survey(target={"responses": 3})
    answered, begun, closed, snoozed, seen = (product.visitor(user) for user in testers)
    asks = [one.did()["invitation"] for one in (answered, begun, closed, snoozed, seen)]
    visitors = zip((answered, begun, closed, snoozed, seen), asks, strict=True)
    for visitor, invitation in visitors:
        visitor.show(invitation)
    answered.answer(asks[0], ("score", 5), complete=True)
    begun.answer(asks[1], ("score", 1))
    closed.state(asks[2], "dismissed")
    snoozed.state(asks[3], "snoozed")
    Background(product.dependencies).run_once()

    tested = product.ok("GET", f"/v1/surveys/{survey}/report?test=true")
    assert tested["counts"] == {
        **dict.fromkeys(tested["counts"], 0),
        "shown": 5,
        "started": 2,
        "completed": 1,
        "dismissed": 1,
        "snoozed": 1,
    }
    assert (tested["n"], tested["rates"]["response"]) == (2, 0.4)
    assert tested["series"] == [{"day": NOON.date().isoformat(), "n": 2, "score": 3.0}]
    # None of it counts in the report or towards the target.
    report = product.report(survey)
    assert (report["n"], set(report["counts"].values()), report["series"]) == (0, {0}, [])
    assert product.ok("GET", f"/v1/surveys/{survey}")["state"] == "live"

    elsewhere = "from=2026-01-01&to=2026-01-31&test=true"
    none = product.ok("GET", f"/v1/surveys/{survey}/report?{elsewhere}")
    assert (none["n"], set(none["counts"].values())) == (0, {0})
    proven = product.ok("GET", f"/v1/surveys/{survey}/report?test=true&proven=false")
    assert set(proven["counts"].values()) == {0}
    assert product.call("DELETE", "/v1/people?user_id=u_0").status_code == 204
    left = product.ok("GET", f"/v1/surveys/{survey}/report?test=true")
    assert (left["counts"]["shown"], left["counts"]["completed"], left["n"]) == (4, 0, 1)


def test_each_variant_in_a_test_is_reported_separately(product: Product) -> None:
    testers = [f"u_{n}" for n in range(8)]
    turn_on(product, *testers)
    survey = product.survey(variants=TWO)
    for user in testers:
        answer_once(product, user)
    tested = product.ok("GET", f"/v1/surveys/{survey}/report?test=true&by=variant")
    shown = [one["counts"]["shown"] for one in tested["variants"].values()]
    assert (sum(shown), min(shown) > 0, tested["counts"]["shown"]) == (8, True, 8)


def test_others_keep_their_throttles(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey()
    answer_once(product, "u_real")
    assert product.visitor("u_real").did() is None


def test_testers_do_not_use_a_quota(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey(quota={"responses": 1})
    answer_once(product, "u_tester")
    answer_once(product, "u_real")
    assert product.visitor("u_late").did() is None


def test_a_backend_event_asks_a_tester_when_the_quota_is_full(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey(quota={"responses": 1})
    answer_once(product, "u_real")
    product.track("u_tester")
    assert product.visitor("u_tester").asked() is not None


def test_staff_who_are_testers_are_asked(product: Product) -> None:
    staff = {"attributes": [{"property": "role", "op": "eq", "value": "staff"}]}
    turn_on(product, "u_tester", staff=staff)
    people = [{"user_id": user, "attributes": {"role": "staff"}} for user in ("u_tester", "u_2")]
    product.ok("POST", "/v1/people", {"people": people})
    product.survey()
    assert product.visitor("u_2").did() is None
    assert product.visitor("u_tester").did() is not None


def test_with_test_mode_off_testers_are_treated_like_others(product: Product) -> None:
    turn_on(product, "u_tester")
    product.ok("PUT", "/v1/policy", {"test_mode": {"on": False, "testers": ["u_tester"]}})
    survey = product.survey()
    answer_once(product, "u_tester")
    assert product.report(survey)["n"] == 1
    assert product.visitor("u_tester").did() is None
