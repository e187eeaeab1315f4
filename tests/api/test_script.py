"""The script contains the page rules and nothing else about the project."""

import gzip
from collections.abc import Callable
from uuid import UUID

import brotli
import pytest
from sqlalchemy import select

from sayso_server import widget_build
from sayso_server.background import Background
from sayso_server.storage.database import tables
from sayso_server.storage.projects import projects
from sayso_server.storage.widget import widget_files
from tests.product import Clock, Product


@pytest.fixture(autouse=True)
def _built(request: pytest.FixtureRequest) -> None:
    assert widget_build.STATIC.joinpath("manifest.json").is_file(), "run `make widget` first"


def rules(product: Product) -> dict[str, object]:
    response = product.client.get(f"/v1/p/{product.public_key}/rules.json")
    assert response.status_code == 200
    return dict(response.json)


def test_the_rules_contain_events_views_and_the_live_flag(product: Product) -> None:
    product.survey(event="b")
    product.survey(event="a", trigger={"from": "page"})
    product.survey(event="hidden", trigger={"from": "backend"})
    docs = product.page_survey({"match": "prefix", "value": "/docs"}, trigger={"delay": 3})
    found = rules(product)
    assert found["events"] == ["a", "b"]
    assert found["live"] is True
    assert found["views"] == [
        {"survey": UUID(docs).hex[-8:], "match": "prefix", "value": "/docs", "delay": 3}
    ]


def test_without_a_backend_trigger_no_page_listens(product: Product) -> None:
    product.survey(trigger={"from": "page"})
    assert rules(product)["live"] is False


def test_a_paused_project_has_empty_rules(product: Product) -> None:
    product.survey()
    store, project = product.dependencies.store, product.project_id
    store.write(lambda c: projects.change(c, project, {"tracked": ["opened"]}))
    product.dependencies.project_cache.forget()
    assert rules(product)["tracked"] == ["opened"]
    store.write(lambda c: projects.change(c, project, {"paused": True}))
    product.dependencies.project_cache.forget()
    found = rules(product)
    assert (found["events"], found["views"]) == ([], [])
    assert found["tracked"] == []


def test_a_page_listens_if_surveys_may_appear(product: Product) -> None:
    def live() -> object:
        product.dependencies.project_cache.forget()
        return rules(product)["live"]

    assert live() is True  # nothing was published yet
    first = product.survey(trigger={"from": "page"})
    assert live() is False
    second = product.survey(trigger={"from": "page"})
    product.ok("POST", f"/v1/surveys/{second}/pause")
    assert live() is True
    product.ok("POST", f"/v1/surveys/{second}/resume")
    assert live() is False
    product.ok("POST", f"/v1/surveys/{second}/end")
    assert live() is False
    product.ok("POST", f"/v1/surveys/{first}/end")
    assert live() is True
    product.survey(trigger={"from": "page"})
    assert live() is False
    product.ok("PATCH", "/v1/project", {"paused": True})
    assert live() is True
    product.ok("PATCH", "/v1/project", {"paused": False})
    assert live() is False


def test_the_script_contains_no_texts_or_filters(product: Product) -> None:
    product.publish(
        {
            "questions": [{"id": "score", "kind": "nps", "title": "Confidential question"}],
            "trigger": {
                "event": "e",
                "filters": [{"property": "plan", "op": "eq", "value": "confidential"}],
            },
        }
    )
    text = product.client.get(f"/v1/p/{product.public_key}/sayso.js").text
    assert "onfidential" not in text


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)],
)
def test_the_script_is_precompressed_and_revalidated(
    product: Product, accepted: str, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    path = f"/v1/p/{product.public_key}/sayso.js"
    plain = product.client.get(path)
    assert "Content-Encoding" not in plain.headers
    packed = product.client.get(path, headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == encoding
    assert unpack(packed.data) == plain.data
    assert packed.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    again = product.client.get(
        path, headers={"Accept-Encoding": accepted, "If-None-Match": packed.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_the_script_can_run_on_any_origin_and_is_not_sniffed(
    product: Product,
) -> None:
    popup = widget_build.name_of("popup")
    for path in (f"/v1/p/{product.public_key}/sayso.js", f"/v1/widget/{popup}"):
        headers = product.client.get(path, headers={"Origin": "https://any.example"}).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert headers["Access-Control-Allow-Origin"] == "*"


def test_a_script_tag_in_the_rules_is_escaped(product: Product) -> None:
    product.survey(event="</script><script>alert(1)")
    text = product.client.get(f"/v1/p/{product.public_key}/sayso.js").text
    assert "</script>" not in text


def test_every_widget_file_is_cached_for_a_year_under_its_hashed_name(
    product: Product,
) -> None:
    name = widget_build.name_of("popup")
    for further in (
        *(
            "popup",
            "offline",
            "leftover",
            "show",
            "tags",
            "quiet",
            "datalayer",
            "aside",
            "live",
            "kinds",
        ),
        *("flow", "resume", "routes", "zone", "moments", "receipt", "debug", "answer"),
        *("embed", "inline", "button"),
    ):
        # All files have the hash of their build in the name; the script contains that hash.
        response = product.client.get(f"/v1/widget/{name.replace('popup', further)}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for absent in ("popup.00000000.js", "sayso.js", "manifest.json", "..%2fmanifest.json"):
        assert product.client.get(f"/v1/widget/{absent}").status_code == 404


def test_files_from_earlier_builds_are_served_for_ninety_days(
    product: Product, clock: Clock
) -> None:
    """Covers an upgraded node that has no earlier build on disk."""
    store = product.dependencies.store
    store.write(
        lambda connection: widget_files.keep(
            connection, {"popup.0a1b2c3d.js": "earlier()"}, clock()
        )
    )
    reply = product.client.get("/v1/widget/popup.0a1b2c3d.js", headers={"Origin": "https://a.b"})
    assert (reply.status_code, reply.text) == (200, "earlier()")
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    background = Background(product.dependencies)
    own = set(widget_build.chunks())
    for days, left in (
        (1, own | {"popup.0a1b2c3d.js"}),
        (88, own | {"popup.0a1b2c3d.js"}),
        (2, own),
    ):
        clock.forward(days=days)
        background.run_once()
        with store.read() as connection:
            assert set(connection.execute(select(tables.widget_files.c.name)).scalars()) == left
            assert widget_files.get(connection, widget_build.name_of("popup"))


def test_the_rules_contain_the_consent_setting(product: Product) -> None:
    product.survey()
    assert "consent" not in rules(product)
    product.ok("PUT", "/v1/policy", {"consent": "wait"})
    assert rules(product)["consent"] == "wait"
    assert product.call("PUT", "/v1/policy", {"consent": "given"}).status_code == 422


def test_the_rules_contain_moments_and_excluded_pages_only_if_there_are_any(
    product: Product,
) -> None:
    product.survey()
    assert {"moments", "excluded"}.isdisjoint(rules(product))
    url = {"match": "prefix", "value": "/docs"}
    depth = product.publish(
        {"template": "csat", "trigger": {"kind": "scroll", "percent": 60, "url": url}}
    )
    excluded = [{"match": "prefix", "value": "/checkout"}]
    product.ok("PUT", "/v1/policy", {"excluded_pages": excluded})
    found = rules(product)
    assert found["moments"] == [
        {"survey": UUID(depth).hex[-8:], **url, "kind": "scroll", "percent": 60}
    ]
    assert found["excluded"] == excluded


def test_the_rules_request_the_pages_zone_only_for_quiet_hours(product: Product) -> None:
    product.survey()
    assert "zone" not in rules(product)
    product.ok("PUT", "/v1/policy", {"quiet_hours": {"from": "21:00", "to": "08:00"}})
    assert rules(product)["zone"] is True


def test_the_rules_contain_the_settle_time_only_if_it_is_not_the_default(product: Product) -> None:
    product.survey()
    assert "settle" not in rules(product)
    product.ok("PUT", "/v1/policy", {"settle_seconds": 3})
    assert "settle" not in rules(product)
    for seconds, settle in ((0, 0), (1.5, 1_500), (30, 30_000)):
        product.ok("PUT", "/v1/policy", {"settle_seconds": seconds})
        assert rules(product)["settle"] == settle
