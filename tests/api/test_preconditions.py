"""A GET body can be PUT back, and a change with an outdated ETag or revision is refused."""

from typing import Any

import pytest

from sayso_server.api.backend.policy import PolicySchema
from sayso_server.api.backend.survey_schemas import SurveyInput
from tests.api.test_policy import WHOLE as POLICY
from tests.product import Product
from tests.sqlite_product import app

__all__ = ["app"]

TEXT = {"en": "How was it?", "de": "Wie war es?"}
RICH: dict[str, Any] = {
    "name": "Everything",
    "questions": [
        {
            "id": "score",
            "kind": "csat",
            "title": TEXT,
            "names": [TEXT] * 3,
            "scale": 3,
            "look": "stars",
            "then": [{"when": {"answer": {"group": "negative"}}, "go": "why"}, {"go": "end"}],
        },
        {
            "id": "why",
            "kind": "choice",
            "title": "What was it?",
            "options": [{"id": "price", "label": TEXT}, {"id": "other_one", "label": TEXT}],
            "multiple": True,
            "most": 2,
            "other": True,
            "none": "Nothing",
        },
        {"id": "who", "kind": "contact", "title": "Who?", "fields": ["name", "email"]},
    ],
    "trigger": {
        "event": "order_completed",
        "from": "backend",
        "filters": [{"property": "total", "op": "gt", "value": 5}],
        "after": {"event": "opened", "within": 60},
        "unless": {"event": "left", "within": 5},
        "delay": 2.5,
    },
    "throttle": {"cool_down_days": 3, "again_after_days": {"answered": None, "dismissed": 30}},
    "ask_within": 900,
    "audience": {"percent": 20, "languages": ["de", "pt-BR"], "events": [{"event": "opened"}]},
    "by_hand": True,
    "priority": 3,
    "quota": {"shown": 10},
    "target": {"margin": 5},
    "ends_at": "2027-01-01T00:00:00Z",
    "thanks": {"title": TEXT, "by_score": [{"max": 1, "title": TEXT}]},
    "why": "Because.",
    "theme": {"accent": "#0b57d0", "dark": {"accent": "#8ab4f8"}},
    "variants": [{"name": "short", "weight": 3}, {"name": "long", "theme": {"accent": "#188038"}}],
}


def send(product: Product, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return product.client.open(
        path,
        method=method,
        json=body,
        headers={"Authorization": f"Bearer {product.secret_key}", **headers},
    )


@pytest.fixture
def survey(product: Product) -> str:
    return f"/v1/surveys/{product.survey('csat')}"


def test_the_examples_contain_every_writable_field() -> None:
    for written, fields, another_way in (
        (RICH, SurveyInput().load_fields, {"template", "revision"}),
        (POLICY, PolicySchema().load_fields, set()),
    ):
        names = {field.data_key or name for name, field in fields.items()}
        assert set(written) == names - another_way


@pytest.mark.parametrize("published", [False, True])
def test_a_survey_can_be_put_back(product: Product, published: bool) -> None:
    path = f"/v1/surveys/{product.ok('POST', '/v1/surveys', RICH)['id']}"
    read = product.ok("POST", f"{path}/publish") if published else product.ok("GET", path)
    back = product.ok("PUT", path, read)
    assert back == product.ok("GET", path) == {name: read[name] for name in back}
    assert back["revision"] == 1
    copy = product.ok("POST", "/v1/surveys", back)
    assert copy["id"] != back["id"]


def test_policy_and_segments_can_be_put_back(product: Product) -> None:
    product.ok("PUT", "/v1/policy", POLICY)
    policy = product.ok("GET", "/v1/policy")
    assert product.ok("PUT", "/v1/policy", policy) == policy == POLICY
    product.ok("PUT", "/v1/segments/s", {"events": [{"event": "e", "at_least": 2}]})
    one = product.ok("GET", "/v1/segments/s")
    listed = product.ok("GET", "/v1/segments")["segments"][0]
    for read in (one, listed):
        assert product.ok("PUT", "/v1/segments/s", read)["definition"] == one["definition"]
    response = product.call("PUT", "/v1/segments/s", {"definition": {}, "events": []})
    assert (response.status_code, list(response.json["errors"])) == (422, ["definition"])


def test_every_changeable_resource_documents_if_match_and_etag(product: Product) -> None:
    """A resource with GET and PUT or PATCH must support If-Match and ETag."""
    paths = product.client.get("/v1/openapi.json").json["paths"]
    changes = [
        (path, item, item[method])
        for path, item in paths.items()
        for method in {"put", "patch"} & item.keys()
        if "get" in item
    ]
    found = {path for path, *_ in changes}
    assert found == {
        "/v1/surveys/{survey_id}",
        "/v1/segments/{name}",
        "/v1/policy",
        "/v1/project",
    }
    for _, item, change in changes:
        assert "If-Match" in [one.get("name") for one in change["parameters"]]
        for reply in (item["get"], change):
            assert "ETag" in reply["responses"]["200"]["headers"]


def test_a_patch_changes_named_fields_and_removes_null_ones(product: Product) -> None:
    path = f"/v1/surveys/{product.ok('POST', '/v1/surveys', RICH)['id']}"
    before = product.ok("GET", path)
    patch = {"quota": {"shown": None, "responses": 7}, "why": None, "thanks": {"title": "Cheers"}}
    after = product.ok("PATCH", path, {**patch, "state": "live", "id": "x"})
    assert after["quota"] == {"responses": 7}
    assert after["thanks"] == {**before["thanks"], "title": {"en": "Cheers"}}
    assert "why" not in after
    same = set(before) - {"quota", "thanks", "why", "revision"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["revision"] == 2


def test_a_patch_with_a_template_replaces_the_questions(product: Product, survey: str) -> None:
    assert product.ok("PATCH", survey, {"template": "nps"})["questions"][0]["kind"] == "nps"


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({"trigger": None}, "trigger"),
        ({"name": None}, "name"),
        ({"questions": None}, "questions"),
        ({"quota": {"shwn": 3}}, "quota.shwn"),
        ({"colour": "red"}, "colour"),
        ({"audience": []}, "audience"),
        ({"audience": {"attributes": [{"property": "a"}]}}, "audience.attributes.0.op"),
    ],
)
def test_the_result_of_a_patch_is_validated(
    product: Product, survey: str, patch: dict[str, Any], field: str
) -> None:
    before = product.ok("GET", survey)
    response = product.call("PATCH", survey, patch)
    assert (response.status_code, list(response.json["errors"])) == (422, [field])
    assert product.ok("GET", survey) == before


@pytest.mark.parametrize("body", [[], "x", 3, None])
def test_a_patch_must_be_an_object(product: Product, survey: str, body: Any) -> None:
    assert product.call("PATCH", survey, body).status_code in (400, 422)


def test_a_very_deep_patch_is_refused(product: Product, survey: str) -> None:
    for depth in range(800, 1_000, 10):  # some bodies parse but are too deep to merge
        inside = '{"a":' * depth + "1" + "}" * depth
        body = '{"theme": ' + inside + "}"
        reply = product.client.patch(
            survey, data=body, headers={"Authorization": f"Bearer {product.secret_key}"}
        )
        assert reply.status_code in (400, 422), (depth, reply.text)


def test_a_change_with_an_outdated_etag_is_refused(product: Product, survey: str) -> None:
    read = send(product, "GET", survey)
    assert (read.headers["ETag"], read.json["revision"]) == ('"1"', 1)
    mine = {**read.json, "name": "Mine"}
    first = send(product, "PUT", survey, mine, If_Match=read.headers["ETag"])
    assert (first.status_code, first.headers["ETag"], first.json["revision"]) == (200, '"2"', 2)
    theirs = {**read.json, "name": "Theirs"}
    for method, path, body in (
        ("PUT", "", theirs),
        ("PATCH", "", {"name": "Theirs"}),
        ("DELETE", "", None),
        ("POST", "/publish", None),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("POST", "/end", None),
    ):
        refused = send(product, method, f"{survey}{path}", body, If_Match='"1"')
        assert (refused.status_code, refused.json["code"]) == (412, "precondition_failed")
        assert "read it again" in refused.json["message"]
    now = product.ok("GET", survey)
    assert (now["name"], now["state"], now["version"]) == ("Mine", "live", 1)


def test_a_body_with_an_outdated_revision_is_refused(product: Product, survey: str) -> None:
    read = product.ok("GET", survey)
    product.ok("PATCH", survey, {"name": "Mine", "revision": 1})
    for method, body in (("PUT", {**read, "name": "T"}), ("PATCH", {"name": "T", "revision": 1})):
        refused = product.call(method, survey, body)
        assert (refused.status_code, list(refused.json["errors"])) == (412, ["revision"])
    del read["revision"]
    assert product.ok("PUT", survey, {**read, "name": "Last"})["revision"] == 3


def test_only_a_changed_draft_raises_the_revision(product: Product, survey: str) -> None:
    for call in ("pause", "resume", "publish"):
        reply = send(product, "POST", f"{survey}/{call}", If_Match='"1"')
        assert (reply.status_code, reply.headers["ETag"]) == (200, '"1"')
    assert send(product, "PUT", survey, reply.json, If_Match='"1"').headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('"1"', 200),
        ('"7", "1"', 200),
        ("*", 200),
        ('W/"1"', 200),
        ("1", 200),
        ('"2"', 412),
        ('"7", "8"', 412),
        ("", 412),
        ('"', 412),
        ("'1'", 412),
    ],
)
def test_if_match_follows_http(product: Product, survey: str, header: str, status: int) -> None:
    reply = send(product, "PATCH", survey, {"priority": 1}, If_Match=header)
    assert reply.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "one", "other"),
    [
        ("PUT", "/v1/policy", {"cool_down_days": 1}, {"cool_down_days": 2}),
        ("PUT", "/v1/segments/s", {"events": [{"event": "a"}]}, {"events": [{"event": "b"}]}),
        ("PATCH", "/v1/project", {"name": "Store"}, {"language": "de"}),
    ],
)
def test_a_resource_without_a_revision_checks_the_etag(
    product: Product, method: str, path: str, one: Any, other: Any
) -> None:
    product.ok(method, path, {})
    read = send(product, "GET", path).headers["ETag"]
    mine = send(product, method, path, one, If_Match=read)
    assert mine.status_code == 200
    assert send(product, method, path, other, If_Match=read).status_code == 412
    after = send(product, "GET", path)
    assert after.headers["ETag"] == mine.headers["ETag"] != read
    assert send(product, method, path, other, If_Match=mine.headers["ETag"]).status_code == 200
