"""GET /v1/surveys/{id}/versions, and the changes that a publication reports."""

from typing import Any

import pytest

from tests.product import Product
from tests.sqlite_product import app

__all__ = ["app"]

PRO = {"property": "plan", "op": "eq", "value": "pro"}
STRICT: dict[str, Any] = {
    "audience": {"attributes": [PRO], "percent": 50, "devices": ["phone"]},
    "throttle": {"cool_down_days": 30},
    "quota": {"responses": 100, "shown_a_day": 20},
    "target": {"responses": 90},
    "ends_at": "2027-01-01T00:00:00+00:00",
}


def changed(product: Product, survey: str, **patch: Any) -> Any:
    """Changes and publishes the draft; returns the publication's reply."""
    product.ok("PATCH", f"/v1/surveys/{survey}", patch)
    return product.ok("POST", f"/v1/surveys/{survey}/publish")


def test_versions_are_listed_and_read(product: Product) -> None:
    survey = product.survey("nps")
    first_at = product.clock.now.isoformat()
    product.clock.forward(hours=1)
    changed(product, survey, template="csat")
    changed(product, survey, priority=3)
    product.ok("PATCH", f"/v1/surveys/{survey}", {"template": "ces"})
    listed = product.ok("GET", f"/v1/surveys/{survey}/versions")["versions"]
    assert [(one["version"], one["comparable_since"], one["live"]) for one in listed] == [
        (3, 2, True),
        (2, 2, False),
        (1, 1, False),
    ]
    first = product.ok("GET", f"/v1/surveys/{survey}/versions/1")
    assert first["published_at"] == first_at
    assert [one["kind"] for one in first["definition"]["questions"]] == ["nps", "comment"]


def test_an_earlier_version_can_be_put_back_as_the_draft(product: Product) -> None:
    survey = product.survey("nps", **STRICT)
    changed(product, survey, template="csat", audience=None)
    definition = product.ok("GET", f"/v1/surveys/{survey}/versions/1")["definition"]
    product.ok("PUT", f"/v1/surveys/{survey}", {"name": "a survey", **definition})
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    assert product.ok("GET", f"/v1/surveys/{survey}/versions/3")["definition"] == definition


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "99999999999", "٣", "1.0"])
def test_an_unknown_version_is_not_found(product: Product, number: str) -> None:
    response = product.call("GET", f"/v1/surveys/{product.survey()}/versions/{number}")
    assert response.status_code == 404
    assert product.call("GET", f"/v1/surveys/{product.project_id}/versions").status_code == 404


def test_publication_lists_the_changes(product: Product) -> None:
    survey = product.survey("csat", audience={"attributes": [PRO], "percent": 50})
    said = changed(
        product,
        survey,
        questions=[{"id": "score", "kind": "csat", "title": "Happy?"}],
        audience={"attributes": None, "percent": 80},
    )
    assert said["changes"] == {
        "added": {"questions.0.title": {"en": "Happy?"}},
        "removed": {
            "audience.attributes": [PRO],
            "questions.1": {"id": "comment", "kind": "comment"},
        },
        "changed": {"audience.percent": {"from": 50.0, "to": 80.0}},
    }
    again = product.ok("POST", f"/v1/surveys/{survey}/publish")
    assert again["changes"] == {"added": {}, "removed": {}, "changed": {}}


def test_a_first_publication_has_no_changes(product: Product) -> None:
    draft = {"name": "x", "template": "csat", "trigger": {"event": "e"}}
    survey = product.ok("POST", "/v1/surveys", draft)["id"]
    assert product.ok("POST", f"/v1/surveys/{survey}/publish")["changes"] is None


def test_removed_limits_get_a_warning(product: Product) -> None:
    survey = product.survey("csat", **STRICT)
    gone = dict.fromkeys(STRICT)
    assert set(changed(product, survey, **gone)["warnings"]) - {"trigger.event"} == {
        "audience.attributes",
        "audience.percent",
        "audience.devices",
        "throttle.cool_down_days",
        "quota.responses",
        "quota.shown_a_day",
        "target.responses",
        "ends_at",
    }


def test_a_dry_run_returns_the_same_reply_and_changes_nothing(product: Product) -> None:
    survey = product.survey("csat", **STRICT)
    product.ok("PATCH", f"/v1/surveys/{survey}", {"audience": None})
    said = product.ok("POST", f"/v1/surveys/{survey}/publish?dry_run=true")
    assert said["changes"]["removed"] == {"audience": STRICT["audience"]}
    assert "audience.attributes" in said["warnings"]
    assert (said["version"], said["draft_differs"]) == (1, True)
    really = product.ok("POST", f"/v1/surveys/{survey}/publish")
    assert (really["changes"], really["version"]) == (said["changes"], 2)


def test_survey_and_list_show_whether_the_draft_differs(product: Product) -> None:
    def differs() -> list[bool]:
        return [
            product.ok("GET", f"/v1/surveys/{survey}")["draft_differs"],
            product.ok("GET", "/v1/surveys")["surveys"][0]["draft_differs"],
        ]

    survey = product.survey("csat")
    assert differs() == [False, False]
    product.ok("PATCH", f"/v1/surveys/{survey}", {"name": "Only another name"})
    assert differs() == [False, False]
    product.ok("PATCH", f"/v1/surveys/{survey}", {"priority": 2})
    assert differs() == [True, True]
    product.ok("PATCH", f"/v1/surveys/{survey}", {"priority": None})
    assert differs() == [False, False]
