"""Test mode: the real flow for named testers, throttles off, answers kept apart."""

from tests.product import Product


def turn_on(product: Product, *testers: str, **more: object) -> None:
    policy = {"cool_down_days": 7, "test_mode": {"on": True, "testers": list(testers)}, **more}
    product.ok("PUT", "/v1/policy", policy)


def answer_once(product: Product, user: str) -> None:
    visitor = product.visitor(user)
    ask = visitor.did()
    visitor.show(ask["invitation"])
    visitor.answer(ask["invitation"], ("score", 5), complete=True)


def test_a_tester_is_asked_again_and_again(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey(quota={"responses": 1})
    for _ in range(3):
        answer_once(product, "u_tester")


def test_testers_answers_are_counted_apart(product: Product) -> None:
    turn_on(product, "u_tester")
    survey = product.survey()
    answer_once(product, "u_tester")
    answer_once(product, "u_real")
    report = product.report(survey)
    assert (report["n"], report["counts"]["shown"]) == (1, 1)
    tested = product.ok("GET", f"/v1/surveys/{survey}/report?test=true")
    assert (tested["n"], tested["score"]) == (1, 5)


def test_others_keep_their_throttles(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey()
    answer_once(product, "u_real")
    assert product.visitor("u_real").did() is None


def test_testers_use_no_place_of_a_quota(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey(quota={"responses": 1})
    answer_once(product, "u_tester")
    answer_once(product, "u_real")
    assert product.visitor("u_late").did() is None


def test_a_backends_event_asks_a_tester_also_when_the_quota_is_full(product: Product) -> None:
    turn_on(product, "u_tester")
    product.survey(quota={"responses": 1})
    answer_once(product, "u_real")
    product.track("u_tester")
    assert product.visitor("u_tester").asked() is not None


def test_staff_who_test_are_asked(product: Product) -> None:
    staff = {"attributes": [{"property": "role", "op": "eq", "value": "staff"}]}
    turn_on(product, "u_tester", staff=staff)
    people = [{"user_id": user, "attributes": {"role": "staff"}} for user in ("u_tester", "u_2")]
    product.ok("POST", "/v1/people", {"people": people})
    product.survey()
    assert product.visitor("u_2").did() is None
    assert product.visitor("u_tester").did() is not None


def test_with_test_mode_off_a_tester_is_anybody(product: Product) -> None:
    turn_on(product, "u_tester")
    product.ok("PUT", "/v1/policy", {"test_mode": {"on": False, "testers": ["u_tester"]}})
    survey = product.survey()
    answer_once(product, "u_tester")
    assert product.report(survey)["n"] == 1
    assert product.visitor("u_tester").did() is None
