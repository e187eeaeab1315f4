"""The live channel only announces that an invitation waits."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from sayso_server.background import Background
from sayso_server.live import stream as live_stream
from sayso_server.storage.projects import projects
from tests.product import Product, Visitor


class Stream:
    """An open stream, read event by event."""

    def __init__(self, visitor: Visitor, *, read: bool = True) -> None:
        response = visitor.product.client.post(
            f"/v1/p/{visitor.product.public_key}/live",
            data=json.dumps(visitor.who()),
            headers={"Origin": visitor.origin},
            buffered=False,
        )
        assert response.status_code == 200
        assert response.mimetype == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Accel-Buffering"] == "no"  # else nginx would buffer it
        self._chunks: Iterator[bytes] = iter(response.response)
        self._rules = ""
        if read:
            self.begin()

    def begin(self) -> None:
        assert self._next() == ": ok"

    def event(self) -> tuple[str, dict[str, object]]:
        """The next event, without repeated rules."""
        said = self._next()
        while said == self._rules:
            said = self._next()
        if said.startswith("event: rules"):
            self._rules = said
        name, data = said.split("\n")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    def rest(self, most: int) -> list[str]:
        """The remaining chunks, at most `most`."""
        return [chunk.decode().strip() for chunk in islice(self._chunks, most)]

    def _next(self) -> str:
        chunk = next(self._chunks)
        return chunk.decode().strip()


def test_a_stream_begins_with_the_rules_and_a_waiting_invitation(product: Product) -> None:
    survey = product.survey()
    product.track("u_1")
    stream = Stream(product.visitor("u_1"))
    name, data = stream.event()
    assert (name, data["surveys"]) == ("rules", [survey[-8:]])
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


def test_an_unproven_page_of_the_user_gets_no_backend_asks(product: Product) -> None:
    survey = product.survey()
    visitor = product.visitor("u_1")
    visitor.asked()
    visitor.token = None
    stream = Stream(visitor)
    assert stream.event()[0] == "rules"
    product.track("u_1")
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    background = Background(product.dependencies)
    background.run_once()
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    background.run_once()
    assert stream.event()[0] == "rules"


def test_an_unproven_page_gets_no_waiting_invitation_of_the_user(product: Product) -> None:
    survey = product.survey()
    visitor = product.visitor("u_1")
    visitor.asked()
    product.track("u_1")
    visitor.token = None
    stream = Stream(visitor)
    assert stream.event()[0] == "rules"
    assert next_of_the_rules(product, survey, stream)


def test_a_stream_ends_when_its_token_expires(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "BEAT", 0.25)
    visitor = product.visitor()
    visitor.token = product.token("u_1", exp=int(product.clock.now.timestamp()) + 1)
    stream = Stream(visitor)
    stream.event()
    assert stream.rest(most=5) == [": beat"] * 4


def test_open_pages_learn_of_the_kill_switch(product: Product) -> None:
    survey = product.survey()
    stream = Stream(product.visitor())
    _, before = stream.event()
    background = Background(product.dependencies)
    background.run_once()
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    background.run_once()
    name, data = stream.event()
    assert (name, data["surveys"]) == ("rules", [])
    assert int(str(data["version"])) > int(str(before["version"]))


def test_a_delayed_invitation_is_offered_when_it_is_due(product: Product) -> None:
    product.survey(trigger={"delay": 60})
    stream = Stream(product.visitor("u_1"))
    stream.event()
    product.track("u_1")
    background = Background(product.dependencies)
    background.run_once()
    product.clock.forward(seconds=60)
    background.run_once()
    assert stream.event()[0] == "invitation"


def test_a_failed_offer_does_not_affect_the_others(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.survey(trigger={"delay": 60})
    streams = [Stream(product.visitor(user)) for user in ("u_1", "u_2")]
    for stream, user in zip(streams, ("u_1", "u_2"), strict=True):
        stream.event()
        product.track(user)
    product.clock.forward(seconds=60)
    offer = product.dependencies.hub.offer
    failures = iter([ZeroDivisionError()])

    def fail_once(*arguments: Any, **more: Any) -> None:
        for failure in failures:
            raise failure
        offer(*arguments, **more)

    monkeypatch.setattr(product.dependencies.hub, "offer", fail_once)
    Background(product.dependencies).run_once()
    assert streams[1].event()[0] == "invitation"


def test_a_delayed_invitation_is_offered_neither_early_nor_twice(product: Product) -> None:
    survey = product.survey(trigger={"delay": 60})
    stream = Stream(product.visitor("u_1"))
    stream.event()
    product.track("u_1")
    assert next_of_the_rules(product, survey, stream)
    product.clock.forward(seconds=60)
    for _ in range(2):
        Background(product.dependencies).run_once()
    assert stream.event()[0] == "invitation"
    assert next_of_the_rules(product, survey, stream)


def test_a_delayed_invitation_for_a_user_is_not_offered_to_an_unproven_page(
    product: Product,
) -> None:
    survey = product.survey(trigger={"delay": 60})
    visitor = product.visitor("u_1")
    visitor.asked()
    visitor.token = None
    stream = Stream(visitor)
    stream.event()
    product.track("u_1")
    product.clock.forward(seconds=60)
    Background(product.dependencies).run_once()
    assert next_of_the_rules(product, survey, stream)


def test_a_project_paused_by_a_command_is_silent_once_its_pages_are_notified(
    product: Product,
) -> None:
    product.survey()
    visitor = product.visitor()
    stream = Stream(visitor)
    stream.event()
    background = Background(product.dependencies)
    background.run_once()
    store, project = product.dependencies.store, product.project_id
    store.write(lambda c: projects.change(c, project, {"paused": True}))
    background.run_once()
    assert stream.event()[1]["surveys"] == []
    assert visitor.did() is None


def test_a_claim_never_shown_is_offered_again(product: Product) -> None:
    product.survey()
    product.track("u_1")
    visitor = product.visitor("u_1")
    assert visitor.asked() is not None
    stream = Stream(product.visitor("u_1"))
    assert stream.event()[0] == "rules"
    product.clock.forward(seconds=16)
    Background(product.dependencies).run_once()
    assert stream.event()[0] == "invitation"


def test_a_merged_visitor_is_told_to_reconnect(product: Product) -> None:
    product.track("u", "known_before")
    visitor = product.visitor()
    stream = Stream(visitor)
    stream.event()
    record = {"user_id": "u", "anonymous_id": visitor.id}
    product.ok("POST", "/v1/people", {"people": [record]})
    assert stream.event() == ("reconnect", {})


def test_a_known_alias_does_not_make_pages_reconnect(product: Product) -> None:
    survey = product.survey()
    record = {"user_id": "u", "anonymous_id": product.visitor().id}
    product.ok("POST", "/v1/people", {"people": [record]})
    visitor = product.visitor("u")
    visitor.id = record["anonymous_id"]
    stream = Stream(visitor)
    stream.event()
    product.ok("POST", "/v1/people", {"people": [record]})
    assert next_of_the_rules(product, survey, stream)


def next_of_the_rules(product: Product, survey: str, stream: Stream) -> bool:
    """Changes the rules twice; returns whether these are the stream's next two events."""
    background = Background(product.dependencies)
    background.run_once()
    for change in ("pause", "publish"):
        product.ok("POST", f"/v1/surveys/{survey}/{change}")
        background.run_once()
    return [stream.event()[0] for _ in range(2)] == ["rules", "rules"]


def test_a_page_that_connects_before_the_kill_switch_is_noticed_is_notified(
    product: Product,
) -> None:
    survey = product.survey()
    product.visitor().asked("page_view")  # caches the project
    pause(product)
    stream = Stream(product.visitor())
    assert stream.event()[1]["surveys"] == [survey[-8:]]
    product.clock.forward(seconds=0.25)
    Background(product.dependencies).run_once()
    assert stream.event()[1]["surveys"] == []


def test_a_stream_begins_with_the_rules_at_its_first_read(
    product: Product,
) -> None:
    product.survey()
    stream = Stream(product.visitor(), read=False)
    pause(product)
    product.dependencies.project_cache.forget()  # as the background loop does
    stream.begin()
    assert stream.event()[1]["surveys"] == []


def pause(product: Product) -> None:
    """Pauses the project as a command in another process does."""
    product.dependencies.store.write(
        lambda c: projects.change(c, product.project_id, {"paused": True})
    )


@pytest.mark.parametrize("end", ["dismissed", "closed", "complete"])
def test_a_waiting_invitation_is_offered_when_the_popup_ends(product: Product, end: str) -> None:
    product.survey("nps", priority=1)
    product.survey("csat")
    visitor = product.visitor("u_1")
    held = visitor.did()["invitation"]
    visitor.show(held)
    stream = Stream(product.visitor("u_1"))
    assert [stream.event()[0] for _ in range(2)] == ["rules", "invitation"]  # the current state
    if end != "dismissed":
        visitor.answer(held, ("score", 9), complete=end == "complete")
    if end != "complete":
        visitor.state(held, end)
    Background(product.dependencies).run_once()
    assert stream.event()[0] == "invitation"
