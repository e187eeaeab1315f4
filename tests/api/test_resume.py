"""POST /v1/surveys/{id}/resume restores the live version; the draft still needs publication."""

from datetime import timedelta
from typing import Any

import pytest

from tests.product import Product
from tests.sqlite_product import app

__all__ = ["app"]

PRO = [{"property": "plan", "op": "eq", "value": "pro"}]


def known(product: Product, user: str, plan: str) -> None:
    people = [{"user_id": user, "attributes": {"plan": plan}}]
    product.ok("POST", "/v1/people", {"people": people})


def state(product: Product, survey: str, call: str) -> Any:
    return product.ok("POST", f"/v1/surveys/{survey}/{call}")


def test_resume_restores_the_live_version_and_keeps_the_draft(product: Product) -> None:
    known(product, "u_free", "free")
    known(product, "u_pro", "pro")
    survey = product.survey("csat", audience={"attributes": PRO})
    state(product, survey, "pause")
    product.ok("PATCH", f"/v1/surveys/{survey}", {"audience": None, "template": "nps"})
    assert product.visitor("u_pro").did() is None
    resumed = state(product, survey, "resume")
    assert (resumed["state"], resumed["version"], resumed["draft_differs"]) == ("live", 1, True)
    assert [one["kind"] for one in resumed["questions"]] == ["nps", "comment"]
    assert product.visitor("u_free").did() is None
    assert product.visitor("u_pro").did()["survey"]["questions"][0]["kind"] == "csat"


def test_publication_after_a_pause_publishes_the_draft(product: Product) -> None:
    survey = product.survey("csat")
    state(product, survey, "pause")
    product.ok("PATCH", f"/v1/surveys/{survey}", {"template": "nps"})
    published = state(product, survey, "publish")
    assert (published["version"], published["draft_differs"]) == (2, False)
    assert product.visitor().did()["survey"]["questions"][0]["kind"] == "nps"


def test_resuming_a_live_survey_changes_nothing(product: Product) -> None:
    survey = product.survey("csat")
    product.ok("PATCH", f"/v1/surveys/{survey}", {"template": "nps"})
    assert (state(product, survey, "resume")["state"]) == "live"
    assert product.visitor().did()["survey"]["questions"][0]["kind"] == "csat"


def test_an_unpublished_or_ended_survey_cannot_be_resumed(product: Product) -> None:
    draft = product.ok(
        "POST", "/v1/surveys", {"name": "x", "template": "csat", "trigger": {"event": "e"}}
    )["id"]
    ended = product.survey()
    state(product, ended, "end")
    for survey, said in ((draft, "publish it first"), (ended, "has ended")):
        response = product.call("POST", f"/v1/surveys/{survey}/resume")
        assert (response.status_code, response.json["code"]) == (409, "conflict")
        assert said in response.json["message"]
    assert product.ok("GET", f"/v1/surveys/{draft}")["state"] == "draft"


def test_a_survey_past_its_end_cannot_be_resumed(product: Product) -> None:
    soon = (product.clock.now + timedelta(days=1)).isoformat()
    survey = product.survey(ends_at=soon)
    state(product, survey, "pause")
    product.ok("PATCH", f"/v1/surveys/{survey}", {"ends_at": None})
    product.clock.forward(days=2)
    response = product.call("POST", f"/v1/surveys/{survey}/resume")
    assert (response.status_code, list(response.json["errors"])) == (422, ["ends_at"])
    assert product.ok("GET", f"/v1/surveys/{survey}")["state"] == "paused"


def test_a_segment_used_by_a_paused_survey_is_not_deleted(
    product: Product,
) -> None:
    product.ok("PUT", "/v1/segments/pros", {"attributes": PRO})
    survey = product.survey(name="Orders", audience={"segments": ["pros"]})
    state(product, survey, "pause")
    product.ok("PATCH", f"/v1/surveys/{survey}", {"audience": None})
    assert product.ok("GET", "/v1/segments/pros")["used_by"] == ["Orders"]
    assert product.call("DELETE", "/v1/segments/pros").status_code == 409
    state(product, survey, "end")
    assert product.call("DELETE", "/v1/segments/pros").status_code == 204


def test_publication_compares_with_the_live_version_of_other_surveys(product: Product) -> None:
    """Another survey's draft asks nobody, so it needs no warning."""
    product.survey(name="Older")
    survey = product.survey(name="Younger", event="other")
    older = product.ok("GET", "/v1/surveys")["surveys"][0]["id"]
    product.ok("PATCH", f"/v1/surveys/{older}", {"trigger": {"event": "other"}})
    assert "priority" not in state(product, survey, "publish")["warnings"]
    product.ok("PATCH", f"/v1/surveys/{survey}", {"trigger": {"event": "order_completed"}})
    assert "priority" in state(product, survey, "publish")["warnings"]


@pytest.mark.parametrize("call", ["pause", "resume"])
def test_a_resumed_project_asks_the_surveys_that_were_live(product: Product, call: str) -> None:
    """The project's kill switch changes no survey."""
    survey = product.survey("csat")
    product.ok("PATCH", f"/v1/surveys/{survey}", {"template": "nps"})
    if call == "pause":
        state(product, survey, "pause")
    product.ok("PATCH", "/v1/project", {"paused": True})
    product.ok("PATCH", "/v1/project", {"paused": False})
    asked = product.visitor().did()
    if call == "pause":
        assert asked is None
    else:
        assert asked["survey"]["questions"][0]["kind"] == "csat"
