"""Data about a person, and its erasure."""

from tests.product import Product


def test_erasing_a_person_removes_their_data_and_counts(product: Product) -> None:
    survey = product.survey("csat")
    visitor = product.visitor("u_1")
    visitor.answer(visitor.did()["invitation"], ("score", 1), ("comment", "secret"), complete=True)
    other = product.visitor("u_2")
    other.answer(other.did()["invitation"], ("score", 5))
    assert product.report(survey)["n"] == 2
    assert product.call("DELETE", "/v1/people?user_id=u_1").status_code == 204
    assert product.call("GET", "/v1/people?user_id=u_1").status_code == 404
    report = product.report(survey)
    assert (report["n"], report["score"]) == (1, 5)
    assert report["counts"]["shown"] == 1
    assert product.call("DELETE", "/v1/people?user_id=u_1").status_code == 404


def test_erasing_a_person_removes_their_dismissal_from_the_counts(product: Product) -> None:
    survey = product.survey()
    visitor = product.visitor("u_1")
    visitor.state(visitor.did()["invitation"], "dismissed")
    assert product.report(survey)["counts"]["dismissed"] == 1
    product.call("DELETE", "/v1/people?user_id=u_1")
    assert set(product.report(survey)["counts"].values()) == {0}


def test_a_late_resend_about_an_erased_person_is_refused(product: Product) -> None:
    late = product.clock.now.isoformat()
    product.track("u_1")
    product.clock.forward(minutes=1)
    product.call("DELETE", "/v1/people?user_id=u_1")
    product.clock.forward(minutes=1)
    assert product.track("u_1", at=late)["reason"] == "erased"
    assert product.call("GET", "/v1/people?user_id=u_1").status_code == 404
    assert product.track("u_1")["status"] == "stored"


def test_a_late_resend_about_an_erased_visitor_is_refused(product: Product) -> None:
    late = product.clock.now.isoformat()
    visitor = product.visitor("u_1")
    visitor.asked()
    product.clock.forward(minutes=1)
    product.call("DELETE", "/v1/people?user_id=u_1")
    assert product.track(None, anonymous_id=visitor.id, at=late)["reason"] == "erased"
    product.clock.forward(minutes=1)
    assert product.track(None, anonymous_id=visitor.id)["status"] == "stored"


def test_late_events_from_between_two_erasures_are_refused(product: Product) -> None:
    for _ in range(2):
        between = product.clock.now.isoformat()
        product.track("u_1")
        product.clock.forward(minutes=1)
        product.call("DELETE", "/v1/people?user_id=u_1")
        product.clock.forward(minutes=1)
    assert product.track("u_1", at=between)["reason"] == "erased"


def test_never_again_survives_erasure(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    visitor.state(visitor.did()["invitation"], "never")
    product.call("DELETE", "/v1/people?user_id=u_1")
    product.clock.forward(minutes=5)
    assert visitor.did() is None
    visitor.token = None
    assert visitor.did() is None


def test_never_again_survives_the_erasure_of_the_browsers_next_user(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    visitor.state(visitor.did()["invitation"], "never")
    product.call("DELETE", "/v1/people?user_id=u_1")
    visitor.token = product.token("u_2")
    assert visitor.did() is not None
    product.call("DELETE", "/v1/people?user_id=u_2")
    visitor.token = None
    assert visitor.did() is None


def test_attributes_are_merged(product: Product) -> None:
    for attributes in ({"plan": "pro", "seats": 3}, {"seats": 4}):
        product.ok("POST", "/v1/people", {"people": [{"user_id": "u", "attributes": attributes}]})
    person = product.ok("GET", "/v1/people?user_id=u")["person"]
    assert person["attributes"] == {"plan": "pro", "seats": 4}


def test_a_bad_record_does_not_affect_the_others(product: Product) -> None:
    people = [{"user_id": "u_1", "anonymous_id": "short"}, {}, {"user_id": "u_2"}]
    results = product.ok("POST", "/v1/people", {"people": people})["results"]
    assert [one["status"] for one in results] == ["refused", "refused", "stored"]
    assert [sorted(one.get("errors", {})) for one in results] == [["anonymous_id"], ["user_id"], []]
    assert product.call("GET", "/v1/people?user_id=u_1").status_code == 404


def test_an_export_contains_no_secret(product: Product) -> None:
    product.survey()
    visitor = product.visitor("u_1")
    secret = visitor.did()["invitation"]
    exported = product.call("GET", "/v1/people?user_id=u_1").text
    assert secret not in exported
    assert "secret" not in exported
