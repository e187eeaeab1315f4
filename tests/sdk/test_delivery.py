"""The worker's requests, and its handling of the responses."""

from collections.abc import Callable
from datetime import datetime

import pytest

import sayso
from sayso import delivery
from sayso.batch import Batch
from sayso.record import Event, Person
from sayso.route import Route
from sayso.tally import Tally
from sayso.transport import Transport
from tests.sdk.receiver import Answer, Receiver, Request

MakeClient = Callable[..., sayso.Client]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(delivery, "LONGEST_WAIT", 0.002)


def track(client: sayso.Client, *names: str, size: int = 0) -> None:
    for name in names:
        client.track("u", name, {"text": "x" * size})


def numbered(count: int) -> list[str]:
    return [f"e{number}" for number in range(count)]


def blocked(client: sayso.Client, receiver: Receiver) -> None:
    """Makes the worker wait for a response, so later records stay in the queue."""
    receiver.gate.clear()
    track(client, "first")
    receiver.wait_for(lambda it: it.requests)


def test_queued_events_are_sent_in_one_request_in_order(
    client: sayso.Client, receiver: Receiver
) -> None:
    blocked(client, receiver)
    track(client, *numbered(1200))
    receiver.gate.set()
    assert client.flush()
    assert receiver.stored_names == ["first", *numbered(1200)]
    assert [len(request.records) for request in receiver.requests] == [1, 500, 500, 200]


def test_a_request_stays_below_512_kilobytes(client: sayso.Client, receiver: Receiver) -> None:
    blocked(client, receiver)
    track(client, *numbered(80), size=15_000)
    receiver.gate.set()
    assert client.flush()
    assert len(receiver.stored) == 81
    assert max(request.size for request in receiver.requests) <= 512_000
    assert len(receiver.requests) == 4


def test_an_identify_is_sent_before_a_later_event(client: sayso.Client, receiver: Receiver) -> None:
    blocked(client, receiver)
    client.identify("a", {"n": 1})
    client.track("a", "one")
    client.identify("b", {"n": 1})
    client.track("b", "two")
    client.track("a", "three")
    receiver.gate.set()
    assert client.flush()
    assert [request.path for request in receiver.requests[1:]] == ["/v1/people", "/v1/events"]


def test_an_identify_is_not_sent_before_an_earlier_event(
    client: sayso.Client, receiver: Receiver
) -> None:
    blocked(client, receiver)
    client.track(event="anonymous_one", anonymous_id="visitor-000000001")
    client.alias("visitor-000000001", "a")
    client.track("a", "one")
    client.identify("a", {"n": 2})
    receiver.gate.set()
    assert client.flush()
    said = [record.get("name", record.get("attributes", "alias")) for record in receiver.stored]
    assert said == ["first", "anonymous_one", "alias", "one", {"n": 2}]


def test_a_request_has_key_content_type_and_user_agent(
    client: sayso.Client, receiver: Receiver
) -> None:
    track(client, "x")
    assert client.flush()
    headers = receiver.requests[0].headers
    assert headers["Authorization"] == "Bearer sk_test"
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == f"sayso-python/{sayso.__version__}"


def test_a_host_may_have_a_path(make_client: MakeClient, receiver: Receiver) -> None:
    client = make_client(host=f"{receiver.url}/surveys/")
    track(client, "x")
    assert client.flush()
    assert receiver.requests[0].path == "/surveys/v1/events"


def test_the_connection_is_kept(client: sayso.Client, receiver: Receiver) -> None:
    for name in ("a", "b", "c"):
        track(client, name)
        assert client.flush()
    assert len(receiver.requests) == 3
    assert receiver.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503),
        Answer(500),
        Answer(429),
        Answer(408),
        Answer(302, headers={"Location": "/elsewhere"}),
        Answer(200, body="<html>a proxy's page</html>"),
        Answer(200, body={"results": "?"}),
        Answer(hang_up=True),
        Answer(hang_up=True, stores=True),
        Answer(503, stores=True),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_a_retry_has_the_same_ids_so_nothing_is_lost_or_doubled(
    client: sayso.Client, receiver: Receiver, answer: Answer
) -> None:
    receiver.answers(answer, answer)
    client.track("u", "x", id="only-one")
    client.track("u", "y")
    assert client.flush()
    assert sorted(receiver.stored_names) == ["x", "y"]
    first, second, third, *_ = receiver.requests
    assert first.ids == second.ids == third.ids
    assert first.body["sent_at"] < second.body["sent_at"] < third.body["sent_at"]
    assert client.stats() == sayso.Stats(queued=0, sent=2, dropped={}, left_out=0)


def pauses(receiver: Receiver, *answers: Answer) -> list[tuple[float, bool]]:
    """The waits (seconds, whether flush() may cut it short) until a batch is delivered."""
    waits: list[tuple[float, bool]] = []

    def pause(seconds: float, may_be_cut: bool) -> bool:
        waits.append((seconds, may_be_cut))
        return True

    receiver.answers(*answers)
    batch, tally = Batch(), Tally(1)
    tally.admit()
    batch.add(Event("id", "x", "u", None, 0.0, "{}", None))
    transport = Transport(receiver.url, "sk_test", Route())
    delivery.Delivery(transport, tally, pause).deliver(batch)
    transport.close()
    assert tally.stats().sent == 1
    return waits


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_and_no_flush_cuts_it_short(
    receiver: Receiver, status: int
) -> None:
    [(seconds, may_be_cut)] = pauses(receiver, Answer(status, headers={"Retry-After": "7"}))
    assert 7 <= seconds < 8
    assert not may_be_cut


def test_retry_after_may_be_a_date_and_is_capped_at_five_minutes(receiver: Receiver) -> None:
    far = "Wed, 21 Oct 2065 07:28:00 GMT"
    [(seconds, _)] = pauses(receiver, Answer(503, headers={"Retry-After": far}))
    assert 300 <= seconds <= 330


def test_an_unreadable_retry_after_is_ignored(receiver: Receiver) -> None:
    [(seconds, may_be_cut)] = pauses(receiver, Answer(503, headers={"Retry-After": "soon"}))
    assert seconds <= 0.1
    assert may_be_cut


def test_the_waits_double_up_to_30_seconds(receiver: Receiver) -> None:
    waits = [seconds for seconds, _ in pauses(receiver, *[Answer(503)] * 12)]
    for tries, seconds in enumerate(waits):
        most = min(0.1 * 2**tries, 30)
        assert most / 2 <= seconds <= most
    assert len(set(waits)) == 12


def test_events_are_not_sent_after_giving_up_on_their_people(receiver: Receiver) -> None:
    receiver.answers(Answer(503))
    batch = Batch()
    batch.add(Person("u", attributes="{}"))
    batch.add(Event("id", "x", "u", None, 0.0, "{}", None))
    transport = Transport(receiver.url, "sk_test", Route())
    delivery.Delivery(transport, Tally(2), lambda _seconds, _may_be_cut: False).deliver(batch)
    transport.close()
    assert [request.path for request in receiver.requests] == ["/v1/people"]


def test_a_batch_that_is_too_large_for_the_server_is_split(
    client: sayso.Client, receiver: Receiver
) -> None:
    def at_most_three(request: Request) -> Answer | None:
        return Answer(413) if len(request.records) > 3 else None

    blocked(client, receiver)
    track(client, *numbered(20))
    receiver.script = at_most_three
    receiver.gate.set()
    assert client.flush()
    assert receiver.stored_names == ["first", *numbered(20)]
    assert client.stats().dropped == {}


@pytest.mark.parametrize(("status", "reason"), [(413, "too_large"), (422, "rejected")])
def test_a_single_bad_event_is_dropped_and_the_rest_of_the_batch_arrives(
    client: sayso.Client, receiver: Receiver, status: int, reason: str
) -> None:
    def no_poison(request: Request) -> Answer | None:
        return Answer(status) if any(it["name"] == "e7" for it in request.records) else None

    blocked(client, receiver)
    track(client, *numbered(20))
    receiver.script = no_poison
    receiver.gate.set()
    assert client.flush()
    assert receiver.stored_names == ["first", *(name for name in numbered(20) if name != "e7")]
    assert client.stats().dropped == {reason: 1}


@pytest.mark.usefixtures("impatient")
def test_an_event_that_always_fails_does_not_block_the_others(
    client: sayso.Client, receiver: Receiver
) -> None:
    def stumbles(request: Request) -> Answer | None:
        return Answer(500) if any(it["name"] == "e7" for it in request.records) else None

    blocked(client, receiver)
    track(client, *numbered(20))
    receiver.script = stumbles
    receiver.gate.set()
    assert client.flush()
    assert receiver.stored_names == ["first", *(name for name in numbered(20) if name != "e7")]
    assert client.stats().dropped == {"server_error": 1}


@pytest.mark.usefixtures("impatient")
def test_an_unavailable_server_is_retried_many_times(
    client: sayso.Client, receiver: Receiver
) -> None:
    receiver.answers(*[Answer(503)] * 40)
    track(client, "x")
    assert client.flush()
    assert receiver.stored_names == ["x"]


@pytest.mark.parametrize(
    ("status", "reason", "remedy"),
    [
        (401, "unauthorised", "the secret key was refused"),
        (403, "unauthorised", "scope"),
        (404, "rejected", "check `host`"),
        (400, "rejected", "no such thing"),
        (422, "rejected", "{'name': ['Too long.']}"),
    ],
)
def test_a_refused_request_is_dropped_counted_and_logged_with_the_remedy(
    client: sayso.Client,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    status: int,
    reason: str,
    remedy: str,
) -> None:
    body = {"code": "x", "message": "no such thing", "errors": {"name": ["Too long."]}}
    receiver.answers(Answer(status, body=body))
    track(client, "lost")
    assert client.flush()
    track(client, "kept")
    assert client.flush()
    assert receiver.stored_names == ["kept"]
    assert client.stats() == sayso.Stats(queued=0, sent=1, dropped={reason: 1}, left_out=0)
    assert remedy in caplog.text
    assert "sk_test" not in caplog.text


def test_events_that_the_server_refuses_are_counted_and_the_first_is_logged(
    client: sayso.Client, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse_some(request: Request) -> Answer:
        odd = {"status": "refused", "reason": "name_too_long", "errors": {"name": ["Too long."]}}
        results = [odd | {"id": each} for each in request.ids[1:]]
        return Answer(body={"results": [{"id": request.ids[0], "status": "stored"}, *results]})

    blocked(client, receiver)
    receiver.script = refuse_some
    track(client, "a", "b", "c")
    receiver.gate.set()
    assert client.flush()
    assert client.stats().dropped == {"refused": 2}
    assert client.stats().sent == 2
    assert "first: b name_too_long {'name': ['Too long.']}" in caplog.text


def test_a_naive_local_time_that_the_server_finds_implausible_is_explained(
    client: sayso.Client, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(request: Request) -> Answer:
        refused = {"status": "refused", "reason": "implausible_time"}
        return Answer(body={"results": [refused | {"id": each} for each in request.ids]})

    receiver.script = refuse
    client.track("u", "order_completed", at=datetime(2126, 5, 1, 14))  # noqa: DTZ001 - the point
    assert client.flush()
    [said] = [record.getMessage() for record in caplog.records]
    assert "order_completed implausible_time 2126-05-01T14:00:00+00:00" in said
    assert "without zone is taken as UTC; pass one with a zone" in said
