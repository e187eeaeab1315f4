"""The server reads proxy headers in one place, and only if configured. The server in these tests
runs with SCRIPT_NAME and FORWARDED_ALLOW_IPS in its environment."""

import json

import pytest

from tests.serve.conftest import Started

NAMES = ["SCRIPT_NAME", "SCRIPT-NAME", "Script_Name", "PATH_INFO", "Path-Info", "REMOTE_ADDR"]
VALUES = ["/v1/p", "/evil", "/healthz", "//", "healthz", "*"]


@pytest.mark.parametrize("name", NAMES)
def test_no_header_replaces_the_path(served: Started, name: str) -> None:
    for value in VALUES:
        assert json.loads(served.get("/healthz", **{name: value}).data) == {"status": "ok"}
    assert served.get("/v1/p/healthz", **{name: "/v1/p"}).status == 404
    assert served.get("/evil", **{name: "/evil"}).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Prefix": "/evil"},
        {"X_Forwarded_Prefix": "/evil"},
        {"X-Script-Name": "/evil"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "off"},
        {"X-Forwarded-Protocol": "ssl"},
        {"Forwarded": "for=1.2.3.4;host=evil.example;proto=https"},
    ],
)
def test_untrusted_proxy_headers_change_no_link(served: Started, headers: dict[str, str]) -> None:
    quiet = served.get("/results")
    spoken_to = served.get("/results", **headers)
    assert spoken_to.status == quiet.status == 303
    assert spoken_to.headers["Location"] == quiet.headers["Location"] == "/login"
