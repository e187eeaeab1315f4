"""`/v1/project`: the project is read, changed and deleted."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sayso_server.background import Background
from sayso_server.storage.database.tables import metadata
from sayso_server.storage.members import sessions
from sayso_server.storage.projects import audit
from tests.api.test_live import Stream
from tests.dashboard.member import Member
from tests.product import ORIGIN, Clock, Product, make_app, make_product


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Product:
    return make_product(make_app(migrated_sqlite_url, tmp_path, clock), clock)


def change(product: Product, **values: Any) -> Any:
    return product.ok("PATCH", "/v1/project", values)


def status(product: Product, origin: str) -> int:
    """The status of a call from a page on this origin."""
    visitor = product.visitor()
    visitor.origin = origin
    return int(visitor.post("identify", visitor.who()).status_code)


def trail(product: Product) -> list[tuple[str, str]]:
    """The project's audit trail as (action, actor), latest first."""
    with product.dependencies.store.read() as connection:
        rows = audit.latest(connection, product.project_id, 100)
    return [(row["action"], row["actor"]) for row in rows]


def key_id(product: Product) -> str:
    return str(product.ok("GET", "/v1/keys")["keys"][0]["id"])


def delete(product: Product, name: str = "Shop") -> Any:
    return product.call("DELETE", f"/v1/project?name={name}")


def left(product: Product) -> dict[str, int]:
    """The number of the project's rows in each table, without empty tables."""
    found = {}
    with product.dependencies.store.read() as connection:
        for table in metadata.tables.values():
            project = table.c.get("project_id", table.c.id if table.name == "projects" else None)
            if project is not None and table.name != "audit":
                count = select(func.count()).where(project == product.project_id)
                found[table.name] = connection.execute(count.select_from(table)).scalar_one()
    return {name: count for name, count in found.items() if count}


def remove_everything(product: Product) -> None:
    product.clock.forward(seconds=6)
    for _ in range(20):
        Background(product.dependencies).run_once()


def test_a_project_returns_its_settings(product: Product) -> None:
    assert product.ok("GET", "/v1/project") == {
        "id": str(product.project_id),
        "name": "Shop",
        "public_key": product.public_key,
        "origins": [ORIGIN],
        "tracked": [],
        "paused": False,
        "language": "en",
        "created_at": "2026-03-02T12:00:00+00:00",
    }


def test_a_project_can_be_sent_back(product: Product) -> None:
    stands = product.ok("GET", "/v1/project")
    assert product.ok("PATCH", "/v1/project", {**stands, "name": "Store"})["name"] == "Store"
    assert product.ok("GET", "/v1/project") == {**stands, "name": "Store"}


def test_a_changed_language_applies_to_new_plain_texts(product: Product) -> None:
    survey = {"name": "x", "template": "nps", "trigger": {"event": "e"}, "why": "Darum."}
    earlier = product.ok("POST", "/v1/surveys", survey)["id"]
    assert change(product, language="DE-at")["language"] == "de-AT"
    assert product.ok("POST", "/v1/surveys", survey)["why"] == {"de-AT": "Darum."}
    assert product.ok("GET", f"/v1/surveys/{earlier}")["why"] == {"en": "Darum."}


@pytest.mark.parametrize("tag", ["jp", "", "deutsch!", "de_DE", None])
def test_an_invalid_language_is_refused(product: Product, tag: Any) -> None:
    refused = product.call("PATCH", "/v1/project", {"language": tag})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["language"])
    assert product.ok("GET", "/v1/project")["language"] == "en"


def test_origins_are_added_and_removed(product: Product) -> None:
    new = "https://new.example"
    changed = change(product, origins=["https://NEW.example/", ORIGIN])
    assert changed["origins"] == [new, ORIGIN]
    assert [status(product, one) for one in (ORIGIN, new)] == [200, 200]
    change(product, origins=[new])
    assert [status(product, one) for one in (ORIGIN, new)] == [403, 200]


def test_a_wildcard_allows_every_subdomain_and_nothing_else(product: Product) -> None:
    change(product, origins=["https://*.shop.example"])
    allowed = ["https://a.shop.example", "https://A.B.shop.example"]
    refused = [ORIGIN, "http://a.shop.example", "https://*.shop.example", "https://xshop.example"]
    assert [status(product, one) for one in allowed] == [200, 200]
    assert [status(product, one) for one in refused] == [403] * 4


def test_rules_and_excluded_pages_may_be_on_a_wildcard_origin(product: Product) -> None:
    change(product, origins=["https://*.shop.example"])
    product.page_survey({"match": "prefix", "value": "https://a.shop.example/docs"})
    pages = [{"match": "prefix", "value": "https://b.shop.example/pay"}]
    product.ok("PUT", "/v1/policy", {"excluded_pages": pages})
    for value in ("https://shop.example/docs", "https://*.shop.example/docs"):
        survey = {"template": "csat", "name": "x", "trigger": {"kind": "page_view"}}
        survey["trigger"]["url"] = {"match": "prefix", "value": value}  # type: ignore[index]  # a dict
        made = product.ok("POST", "/v1/surveys", survey)["id"]
        refused = product.call("POST", f"/v1/surveys/{made}/publish")
        assert refused.status_code == 422
        assert "trigger.url.value" in refused.json["errors"]
        policy = {"excluded_pages": [{"match": "prefix", "value": value}]}
        assert product.call("PUT", "/v1/policy", policy).status_code == 422


def test_removing_an_origin_warns_about_rules_that_depend_on_it(product: Product) -> None:
    old, new = f"{ORIGIN}/docs", "https://new.example/docs"
    change(product, origins=[ORIGIN, "https://new.example"])
    for value in (old, new, "/docs"):
        product.page_survey({"match": "prefix", "value": value}, name=f"on {value}")
    pages = [{"match": "prefix", "value": value} for value in (old, new, "/pay")]
    product.ok("PUT", "/v1/policy", {"excluded_pages": pages})
    assert change(product, name="Store")["warnings"] == []
    survey, page = change(product, origins=["https://new.example"])["warnings"]
    assert survey.startswith(f"The live survey 'on {old}' is asked on no page now")
    assert page.startswith(f"The excluded page '{old}' lies on {ORIGIN}")
    assert change(product, tracked=["opened"])["warnings"] == []


def test_collected_events_are_added_and_removed(product: Product) -> None:
    rules = f"/v1/p/{product.public_key}/rules.json"
    change(product, tracked=["opened", "closed"])
    assert product.client.get(rules).json["tracked"] == ["closed", "opened"]
    change(product, tracked=["opened"])
    after = product.client.get(rules).json
    assert (after["tracked"], after["version"]) == (["opened"], 3)


def test_a_project_is_paused_and_resumed(product: Product) -> None:
    product.survey()
    change(product, paused=True)
    assert product.visitor().did() is None
    change(product, paused=False)
    assert product.visitor().did() is not None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"origins": []}, "origins"),
        ({"origins": ["*"]}, "origins.0"),
        ({"origins": [ORIGIN, "https://*.com"]}, "origins.1"),
        ({"origins": None}, "origins"),
        ({"tracked": [""]}, "tracked.0"),
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"paused": "perhaps"}, "paused"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_value_names_its_field(product: Product, values: Any, field: str) -> None:
    before = product.ok("GET", "/v1/project")
    response = product.call("PATCH", "/v1/project", values)
    assert response.status_code == 422
    assert [*response.json["errors"]] == [field]
    assert product.ok("GET", "/v1/project") == before


def test_the_audit_trail_records_a_change_once_with_its_key(
    product: Product,
) -> None:
    change(product, name="Store")
    change(product, name="Store")
    by_key = f"key {key_id(product)}"
    assert trail(product) == [("project_changed", by_key), ("project_created", "command")]


def test_the_audit_trail_records_policy_and_segment_changes(product: Product) -> None:
    product.ok("PUT", "/v1/policy", {"cool_down_days": 3, "settle_seconds": 5})
    product.ok("PUT", "/v1/segments/team", {})
    product.call("DELETE", "/v1/segments/team")
    with product.dependencies.store.read() as connection:
        rows = audit.latest(connection, product.project_id, 3)
    assert [(row["action"], row["subject"], row["details"]) for row in rows] == [
        ("segment_deleted", "team", {}),
        ("segment_changed", "team", {}),
        ("policy_changed", "Shop", {"fields": ["cool_down_days", "settle_seconds"]}),
    ]
    assert {row["actor"] for row in rows} == {f"key {key_id(product)}"}


@pytest.mark.parametrize("name", ["", "shop", "Shop 2"])
def test_a_deletion_needs_the_projects_own_name(product: Product, name: str) -> None:
    response = delete(product, name)
    assert response.status_code == 422
    assert response.json["errors"]
    assert product.ok("GET", "/v1/project")["name"] == "Shop"


def test_a_deleted_project_is_not_found_in_any_process(product: Product, tmp_path: Path) -> None:
    product.survey()
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    visitor.show(invitation)
    receipt = visitor.answer(invitation, ("score", 5), complete=True)["receipt"]["url"]
    member, unused = Member(product).logged_in(), Member(product)
    link = unused.link()
    url = product.app.config["SQLALCHEMY_DATABASE_URI"]
    elsewhere = Product(
        make_app(url, tmp_path, product.clock),
        product.clock,
        product.public_key,
        product.secret_key,
        product.project_id,
        product.kid,
    )
    assert elsewhere.visitor().did() is not None
    elsewhere.ok("GET", "/v1/project")

    assert delete(product).status_code == 202
    product.clock.forward(seconds=0.5)
    for process in (product, elsewhere):
        assert process.visitor().post("decide", {}).status_code == 404
        for file in ("sayso.js", "rules.json"):
            path = f"/v1/p/{product.public_key}/{file}"
            assert process.client.get(path).status_code == 404
        assert process.call("GET", "/v1/surveys").status_code == 401
        secret = {"secret": receipt.partition("#")[2]}
        assert process.client.post("/v1/answer", json=secret).status_code == 404
    assert member.get("/results").location == "/login"
    assert member.get("/results/fragment").status_code == 401
    assert "Shop" not in member.read("/login")
    assert unused.log_in(link).status_code == 403
    with product.dependencies.store.read() as connection:
        assert [*sessions.open_sessions(connection, None, product.clock.now)] == []


def test_a_deleted_project_leaves_no_rows_or_buffered_silences(
    product: Product,
) -> None:
    other = make_product(product.app, product.clock)
    for shop in (product, other):
        shop.survey(quota={"responses": 10})
        shop.track("u_1")
        visitor = shop.visitor()
        invitation = visitor.did()["invitation"]
        visitor.show(invitation)
        visitor.answer(invitation, ("score", 4), complete=True)
        assert visitor.did() is None  # a silence that is not written yet
    kept = left(other).keys() - {"tail"}  # folded by then

    delete(product)
    remove_everything(product)
    assert left(product) == {}
    assert left(other).keys() >= kept
    assert trail(product)[0][0] == "project_deleted"


def test_open_pages_of_a_deleted_project_close_their_popups_and_streams(product: Product) -> None:
    product.survey()
    stream = Stream(product.visitor())
    stream.event()
    delete(product)
    Background(product.dependencies).run_once()
    assert stream.event() == ("rules", {"version": 0, "surveys": []})
    assert stream.rest(5) == []
