"""Reports: which days they are about."""

from datetime import date, timedelta

from tests.product import Product


def answered_on(product: Product, survey: str, days: list[int]) -> date:
    """A visitor answers on each of these days, told from today; today."""
    start = product.clock.now
    for day in days:
        product.clock.now = start + timedelta(days=day)
        visitor = product.visitor()
        visitor.answer(visitor.did()["invitation"], ("score", 5))
    product.clock.now = start
    return start.date()


def test_a_report_is_about_the_last_ninety_days(product: Product) -> None:
    survey = product.survey("csat")
    answered_on(product, survey, [-91, -90, 0])
    assert product.report(survey)["n"] == 2


def test_a_report_includes_both_its_days(product: Product) -> None:
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
