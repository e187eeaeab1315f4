"""Segments are named groups of people, defined once and used by many surveys."""

from typing import Any

import pytest

from tests.product import Product

PRO = {"attributes": [{"property": "plan", "op": "eq", "value": "pro"}]}


def person(product: Product, user: str, **attributes: Any) -> None:
    product.ok("POST", "/v1/people", {"people": [{"user_id": user, "attributes": attributes}]})


def test_a_segment_is_stored_changed_and_deleted(product: Product) -> None:
    assert product.ok("PUT", "/v1/segments/pros", PRO) == {"name": "pros", "definition": PRO}
    product.ok("PUT", "/v1/segments/buyers", {"events": [{"event": "order_completed"}]})
    named = product.ok("GET", "/v1/segments")["segments"]
    assert [one["name"] for one in named] == ["buyers", "pros"]
    product.ok("PUT", "/v1/segments/pros", {})
    assert product.ok("GET", "/v1/segments")["segments"][1]["definition"] == {}
    assert product.call("DELETE", "/v1/segments/pros").status_code == 204
    assert product.call("DELETE", "/v1/segments/pros").status_code == 404


def test_a_survey_follows_its_segment_at_once(product: Product) -> None:
    product.ok("PUT", "/v1/segments/pros", PRO)
    product.survey(audience={"segments": ["pros"]})
    person(product, "u_pro", plan="pro")
    person(product, "u_free", plan="free")
    assert product.visitor("u_free").did() is None
    assert product.visitor("u_pro").did() is not None
    product.ok("PUT", "/v1/segments/pros", {})
    assert product.visitor("u_free").did() is not None


def test_the_error_for_deleting_a_segment_in_use_names_the_surveys(product: Product) -> None:
    product.ok("PUT", "/v1/segments/pros", PRO)
    survey = product.survey(name="Orders", audience={"segments": ["pros"]})
    response = product.call("DELETE", "/v1/segments/pros")
    assert response.status_code == 409
    assert "Orders" in response.json["message"]
    product.ok("POST", f"/v1/surveys/{survey}/end")
    assert product.call("DELETE", "/v1/segments/pros").status_code == 204


@pytest.mark.parametrize(
    ("segment", "field"),
    [
        ({"attribute": []}, "attribute"),
        ({"attributes": {}}, "attributes"),
        ({"attributes": [{"property": "p", "op": "eq"}]}, "attributes.0.value"),
        ({"attributes": [{"property": "p"}]}, "attributes.0.op"),
        ({"attributes": [{"any": []}]}, "attributes.0.any"),
        ({"events": [{"at_least": 1}]}, "events.0.event"),
        ({"events": [{"event": "e", "at_least": 3, "at_most": 2}]}, "events.0.at_least"),
        ({"events": [{"event": "e", "at_least": 101, "within_days": 7}]}, "events.0.at_least"),
        ({"events": [{"event": "e", "within_days": 0}]}, "events.0.within_days"),
        ({"answers": [{"kind": "stars"}]}, "answers.0.kind"),
        ({"answers": [{"kind": "csat", "group": "promoter"}]}, "answers.0.group"),
        (
            {
                "attributes": [
                    {"property": "p", "op": "eq", "value": 1},
                    {"property": "p", "op": "eq", "value": 2},
                ]
            },
            "attributes",
        ),
    ],
)
def test_the_error_names_the_wrong_field(
    product: Product, segment: dict[str, Any], field: str
) -> None:
    response = product.call("PUT", "/v1/segments/s", segment)
    assert response.status_code == 422, response.text
    assert list(response.json["errors"]) == [field]


@pytest.mark.parametrize("name", ["Pros", "a b", "-x", "x" * 65, "ä"])
def test_a_wrong_name_is_refused(product: Product, name: str) -> None:
    response = product.call("PUT", f"/v1/segments/{name}", {})
    assert response.status_code == 422, response.text
    assert "Name it with" in response.text


def test_a_segment_in_the_live_version_is_in_use_after_the_draft_drops_it(
    product: Product,
) -> None:
    product.ok("PUT", "/v1/segments/pros", PRO)
    survey = product.survey(name="Orders", audience={"segments": ["pros"]})
    draft = {"name": "Orders", "template": "csat", "trigger": {"event": "order_completed"}}
    product.ok("PUT", f"/v1/surveys/{survey}", draft)
    response = product.call("DELETE", "/v1/segments/pros")
    assert (response.status_code, "Orders" in response.json["message"]) == (409, True)
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    assert product.call("DELETE", "/v1/segments/pros").status_code == 204


@pytest.mark.parametrize("name", ["a%00", "A", "a%0A"])
def test_an_invalid_segment_name_is_not_found(product: Product, name: str) -> None:
    assert product.call("DELETE", f"/v1/segments/{name}").status_code == 404
