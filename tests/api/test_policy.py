"""PUT /v1/policy: the rules for all surveys in a project."""

from typing import Any
from uuid import uuid4

import pytest

from tests.product import Product
from tests.user_agent import BROWSER

WHOLE: dict[str, Any] = {
    "cool_down_days": {"answered": 90, "dismissed": 30, "snoozed": 7, "ignored": None},
    "quiet_hours": {"from": "21:00", "to": "08:30"},
    "time_zone": "Europe/Vilnius",
    "staff": {
        "attributes": [{"property": "email", "op": "ends_with", "value": "@shop.example"}],
        "networks": ["192.0.2.0/24", "2001:db8::/32"],
    },
    "holdout_percent": 5,
    "excluded_pages": [{"match": "prefix", "value": "/checkout"}],
    "country_header": "CF-IPCountry",
    "settle_seconds": 1.5,
    "consent": "wait",
    "test_mode": {"on": True, "testers": ["u_tester"]},
    "decisions_kept_days": 30,
}


def moment() -> dict[str, str]:
    return {"kind": "event", "id": uuid4().hex, "name": "order_completed"}


def put(product: Product, **policy: Any) -> None:
    product.ok("PUT", "/v1/policy", {"cool_down_days": 0, **policy})


def test_get_returns_the_policy_that_was_put(product: Product) -> None:
    assert product.ok("PUT", "/v1/policy", WHOLE) == WHOLE
    assert product.ok("GET", "/v1/policy") == WHOLE


def test_put_replaces_the_whole_policy(product: Product) -> None:
    put(product, **WHOLE)
    assert product.ok("PUT", "/v1/policy", {"cool_down_days": 3}) == {"cool_down_days": 3}
    assert product.ok("GET", "/v1/policy") == {"cool_down_days": 3}


def test_the_default_cool_down_is_a_week(product: Product) -> None:
    assert product.ok("PUT", "/v1/policy", {}) == {"cool_down_days": 7}


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"cool_down_days": -1}, "cool_down_days"),
        ({"cool_down_days": "7"}, "cool_down_days"),
        ({"cool_down_days": True}, "cool_down_days"),
        ({"cool_down_days": 3_651}, "cool_down_days"),
        ({"cool_down_days": {"answered": 90}}, "cool_down_days"),
        ({"settle_seconds": -1}, "settle_seconds"),
        ({"settle_seconds": 31}, "settle_seconds"),
        ({"settle_seconds": "soon"}, "settle_seconds"),
        ({"quiet_hours": {"from": "21:00"}}, "quiet_hours.to"),
        ({"quiet_hours": {"from": "25:00", "to": "08:00"}}, "quiet_hours.from"),
        ({"quiet_hours": {"from": "evening", "to": "08:00"}}, "quiet_hours.from"),
        ({"quiet_hours": {"from": "21:00Z", "to": "08:00"}}, "quiet_hours.from"),
        ({"quiet_hours": {"from": "21:00", "to": "08:00+02:00"}}, "quiet_hours.to"),
        ({"quiet_hours": {"from": "21:00", "to": "21:00"}}, "quiet_hours.to"),
        ({"time_zone": "Vilnius"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"staff": {"networks": ["192.0.2.0/33"]}}, "staff.networks.0"),
        ({"staff": {"networks": ["office"]}}, "staff.networks.0"),
        ({"staff": {"attributes": [{"property": "p", "op": "like", "value": 1}]}},
         "staff.attributes.0.op"),
        ({"holdout_percent": 51}, "holdout_percent"),
        ({"holdout_percent": -1}, "holdout_percent"),
        ({"excluded_pages": [{"match": "regex", "value": "(a+)+$"}]}, "excluded_pages.0.match"),
        ({"excluded_pages": [{"match": "exact", "value": ""}]}, "excluded_pages.0.value"),
        ({"country_header": "X Country"}, "country_header"),
        ({"test_mode": {"testers": ["me"]}}, "test_mode.on"),
        ({"decisions_kept_days": 0}, "decisions_kept_days"),
        ({"quiet": {}}, "quiet"),
    ],
)  # fmt: skip
def test_the_error_names_the_wrong_field(
    product: Product, policy: dict[str, Any], field: str
) -> None:
    response = product.call("PUT", "/v1/policy", policy)
    assert response.status_code == 422, response.text
    assert list(response.json["errors"]) == [field]
    assert response.json["errors"][field]


def test_quiet_hours_use_the_zone_of_person_then_page_then_project(
    product: Product,
) -> None:
    """12:00 UTC is 14:00 in Vilnius and 07:00 in New York."""
    put(product, quiet_hours={"from": "13:00", "to": "15:00"}, time_zone="Europe/Vilnius")
    product.survey(ask_within=60)
    assert product.visitor().did() is None
    visitor = product.visitor()
    page = {"url": "", "locale": "en", "zone": "America/New_York"}
    trigger = moment()
    assert visitor.ok("decide", {**visitor.who(), "trigger": trigger, "page": page})["ask"]
    at_home = {"user_id": "u_42", "attributes": {"time_zone": "Europe/Vilnius"}}
    product.ok("POST", "/v1/people", {"people": [at_home]})
    visitor = product.visitor("u_42")
    again = {**visitor.who(), "trigger": moment(), "page": page}
    assert not visitor.ok("decide", again)["ask"]


def test_an_invitation_waits_for_the_end_of_quiet_hours(product: Product) -> None:
    put(product, quiet_hours={"from": "11:00", "to": "12:10"})
    product.survey()
    product.track("u_42")
    assert product.visitor("u_42").asked() is None
    product.clock.forward(minutes=10)
    assert product.visitor("u_42").asked() is not None


@pytest.mark.parametrize("zone", ["nowhere", "\0", "../etc", "", "x" * 64, "Europe/Vilnius/x"])
def test_an_invalid_zone_from_a_page_is_ignored(product: Product, zone: str) -> None:
    put(product, quiet_hours={"from": "13:00", "to": "15:00"})
    product.survey()
    visitor = product.visitor()
    page = {"url": "", "locale": "en", "zone": zone}
    trigger = moment()
    reply = visitor.post("decide", {**visitor.who(), "trigger": trigger, "page": page})
    assert reply.status_code == 200
    assert reply.json["ask"] is not None


@pytest.mark.parametrize(
    "url", ["", "http://[", "https://[::1", "nonsense", "\0", "//", "x" * 4096]
)
def test_an_invalid_page_url_is_not_excluded(product: Product, url: str) -> None:
    put(product, excluded_pages=[{"match": "prefix", "value": "/checkout"}])
    product.survey()
    visitor = product.visitor()
    trigger = moment()
    page = {"url": url, "locale": "en"}
    reply = visitor.post("decide", {**visitor.who(), "trigger": trigger, "page": page})
    assert reply.status_code == 200, reply.text
    assert reply.json["ask"] is not None


def test_staff_are_matched_by_network_and_countries_by_the_proxys_header(
    product: Product,
) -> None:
    product.survey(audience={"countries": ["DE"]})
    put(product, country_header="CF-IPCountry")

    def asked(**headers: str) -> bool:
        visitor = product.visitor()
        trigger = moment()
        reply = product.client.post(
            f"/v1/p/{product.public_key}/decide",
            json={**visitor.who(), "trigger": trigger},
            headers={
                "Origin": visitor.origin,
                **{n.replace("_", "-"): v for n, v in headers.items()},
            },
        )
        return reply.json["ask"] is not None

    assert asked(CF_IPCountry="DE")
    assert asked(CF_IPCountry=" de ")
    assert not asked(CF_IPCountry="FR")
    assert not asked(CF_IPCountry="nonsense")
    assert not asked(X_Country="DE")
    put(product, country_header="CF-IPCountry", staff={"networks": ["127.0.0.0/8"]})
    assert not asked(CF_IPCountry="DE")


WEBKIT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "asked"),
    [
        ("Googlebot/2.1", False),
        ("", False),
        ("-", False),
        (f"{WEBKIT}HeadlessChrome/140.0.0.0 Safari/537.36", False),
        (f"{WEBKIT}Cypress/13.6.0 Chrome/118.0.5993.159 Electron/27.1.3 Safari/537.36", False),
        (f"{WEBKIT}Chrome/118.0.5993.159 Electron/27.1.3 Safari/537.36", False),
        (f"{WEBKIT}Electron/27.1.3 Chrome/118.0.5993.159 Electron/27.1.3 Safari/537.36", False),
        (f"{WEBKIT}jsdom/26.1.0", False),
        ("python-urllib3/2.5.0", False),
        ("node", False),
        # People: a named Electron app, a web view with its own name, browsers.
        (f"{WEBKIT}Acme/4.1.0 Chrome/118.0.5993.159 Electron/27.1.3 Safari/537.36", True),
        (f"{WEBKIT}@acme/desk/1.0.0 Chrome/118.0.5993.159 Electron/27.1.3 Safari/537.36", True),
        ("Acme/4.1 (iPhone; iOS 18.1)", True),
        ("Ruby Tuesday/3.0 (Android 14)", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", True),
        (BROWSER, True),
    ],
)
def test_bots_are_not_asked(product: Product, agent: str, asked: bool) -> None:
    product.survey()
    visitor = product.visitor()
    reply = product.client.post(
        f"/v1/p/{product.public_key}/decide",
        json={**visitor.who(), "trigger": moment()},
        headers={"Origin": visitor.origin, "User-Agent": agent},
    )
    assert (reply.json["ask"] is not None) is asked


@pytest.mark.parametrize("value", ["checkout", "https://other.example/checkout"])
def test_only_pages_on_the_projects_origins_can_be_excluded(product: Product, value: str) -> None:
    policy = {"excluded_pages": [{"match": "prefix", "value": value}]}
    response = product.call("PUT", "/v1/policy", policy)
    assert response.status_code == 422
    assert set(response.json["errors"]) == {"excluded_pages.0.value"}


@pytest.mark.parametrize(
    ("address", "asked"),
    [("192.0.2.7", False), ("::ffff:192.0.2.7", False), ("::ffff:192.0.3.7", True), ("", True)],
)
def test_staff_networks_match_ipv4_mapped_addresses(
    product: Product, address: str, asked: bool
) -> None:
    product.survey()
    put(product, staff={"networks": ["192.0.2.0/24"]})
    visitor = product.visitor()
    reply = product.client.post(
        f"/v1/p/{product.public_key}/decide",
        json={**visitor.who(), "trigger": moment()},
        headers={"Origin": visitor.origin},
        environ_base={"REMOTE_ADDR": address},
    )
    assert (reply.json["ask"] is not None) is asked


def test_contradictory_staff_conditions_are_refused(product: Product) -> None:
    both = [{"property": "staff", "op": "eq", "value": value} for value in (True, False)]
    response = product.call("PUT", "/v1/policy", {"staff": {"attributes": both}})
    assert (response.status_code, list(response.json["errors"])) == (422, ["staff.attributes"])
