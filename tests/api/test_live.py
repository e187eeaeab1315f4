"""The live channel says that one waits, and no more."""

import json
from collections.abc import Iterator

from sayso_server.background import Background
from tests.product import Product, Visitor


class Stream:
    """An open stream, read event by event."""

    def __init__(self, visitor: Visitor) -> None:
        response = visitor.product.client.post(
            f"/v1/p/{visitor.product.public_key}/live",
            data=json.dumps(visitor.who()),
            headers={"Origin": visitor.origin},
            buffered=False,
        )
        assert response.status_code == 200
        assert response.mimetype == "text/event-stream"
        self._chunks: Iterator[bytes] = iter(response.response)
        assert self._next() == ": ok"

    def event(self) -> tuple[str, dict[str, object]]:
        name, data = self._next().split("\n")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    def _next(self) -> str:
        chunk = next(self._chunks)
        return chunk.decode().strip()


def test_a_stream_begins_with_the_rules_and_what_waits_already(product: Product) -> None:
    survey = product.survey()
    product.track("u_1")
    stream = Stream(product.visitor("u_1"))
    name, data = stream.event()
    assert (name, data["surveys"]) == ("rules", [survey])
    name, data = stream.event()
    assert name == "invitation"
    assert list(data) == ["invitation"]


def test_a_backend_event_reaches_the_open_page_of_its_user_only(product: Product) -> None:
    product.survey()
    mine, other = Stream(product.visitor("u_1")), Stream(product.visitor("u_2"))
    assert [stream.event()[0] for stream in (mine, other)] == ["rules", "rules"]
    product.track("u_1")
    product.track("u_2")
    first, second = mine.event()[1], other.event()[1]
    assert first != second


def test_an_unproven_page_of_the_user_hears_nothing_of_backend_asks(product: Product) -> None:
    survey = product.survey()
    visitor = product.visitor("u_1")
    visitor.asked()
    visitor.token = None
    stream = Stream(visitor)
    assert stream.event()[0] == "rules"
    product.track("u_1")
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    background = Background(product.parts)
    background.run_once()
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    background.run_once()
    assert stream.event()[0] == "rules"


def test_open_pages_learn_of_the_kill_switch(product: Product) -> None:
    survey = product.survey()
    stream = Stream(product.visitor())
    _, before = stream.event()
    background = Background(product.parts)
    background.run_once()
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    background.run_once()
    name, data = stream.event()
    assert (name, data["surveys"]) == ("rules", [])
    assert int(str(data["version"])) > int(str(before["version"]))


def test_a_delayed_invitation_is_offered_when_its_time_comes(product: Product) -> None:
    product.survey(trigger={"delay": 60})
    stream = Stream(product.visitor("u_1"))
    stream.event()
    product.track("u_1")
    background = Background(product.parts)
    background.run_once()
    product.clock.forward(seconds=60)
    background.run_once()
    assert stream.event()[0] == "invitation"


def test_a_claim_never_shown_is_offered_again(product: Product) -> None:
    product.survey()
    product.track("u_1")
    visitor = product.visitor("u_1")
    assert visitor.asked() is not None
    stream = Stream(product.visitor("u_1"))
    assert stream.event()[0] == "rules"
    product.clock.forward(seconds=16)
    Background(product.parts).run_once()
    assert stream.event()[0] == "invitation"


def test_a_merged_visitor_is_told_to_connect_again(product: Product) -> None:
    product.track("u", "known_before")
    visitor = product.visitor()
    stream = Stream(visitor)
    stream.event()
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u", "anonymous_id": visitor.id}]})
    assert stream.event() == ("reconnect", {})
