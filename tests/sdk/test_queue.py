"""The SDK neither disturbs nor blocks the host, and loses nothing silently."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue
from typing import Any

import pytest
import urllib3

import sayso
from sayso import tally, transport
from sayso.transport import Reply, Transport
from tests.sdk.receiver import Answer, Receiver
from tests.sdk.threads import sayso_threads

MakeClient = Callable[..., sayso.Client]

pytestmark = pytest.mark.usefixtures("no_thread_of_an_earlier_test")


def names(count: int) -> list[str]:
    return [f"e{number}" for number in range(count)]


def test_no_event_is_lost_or_reordered_while_the_server_is_down(
    client: sayso.Client, receiver: Receiver
) -> None:
    client.track("u", "before")
    assert client.flush()
    receiver.stop()
    for name in names(2000):
        client.track("u", name)
    assert client.flush(0.3) is False
    assert client.stats().queued == 2000
    receiver.start()
    assert client.flush()
    assert receiver.stored_names == ["before", *names(2000)]
    assert client.stats() == sayso.Stats(queued=0, sent=2001, dropped={}, left_out=0)


def test_a_full_queue_drops_the_newest_counts_them_and_warns_once(
    make_client: MakeClient, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(max_queue=10)
    receiver.gate.clear()
    for name in names(25):
        client.track("u", name)
    assert client.stats().queued == 10
    assert client.stats().dropped == {"queue_full": 15}
    assert len(caplog.records) == 1
    receiver.gate.set()
    assert client.flush()
    assert receiver.stored_names == names(10)


def test_track_returns_before_the_server_responds(client: sayso.Client, receiver: Receiver) -> None:
    receiver.gate.clear()
    client.track("u", "held")
    receiver.wait_for(lambda it: it.requests)
    for name in names(100):
        client.track("u", name)
        client.identify("u", {})
    assert receiver.stored == []  # all calls returned before any response
    assert client.stats().queued == 201


def test_an_event_is_sent_without_a_flush(client: sayso.Client, receiver: Receiver) -> None:
    client.track("u", "x")
    receiver.wait_for(lambda it: it.stored)


def test_the_first_event_after_a_pause_is_sent_at_once(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.worker.LINGER", 1000.0)
    client.track("u", "at once")
    receiver.wait_for(lambda it: it.stored)
    client.track("u", "lingers")
    time.sleep(0.05)  # would be sent by now without LINGER
    client.track("u", "with it")
    assert client.flush()
    assert [len(request.records) for request in receiver.requests] == [1, 2]


def test_flush_is_true_if_there_is_nothing_to_send(client: sayso.Client) -> None:
    assert client.flush(0)


def test_flush_is_false_after_its_timeout(client: sayso.Client, receiver: Receiver) -> None:
    receiver.gate.clear()
    client.track("u", "x")
    assert client.flush(0.05) is False


def test_flush_cuts_a_backoff_short(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.delivery.FIRST_WAIT", 1000.0)
    monkeypatch.setattr("sayso.delivery.LONGEST_WAIT", 1000.0)
    receiver.stop()
    client.track("u", "x")
    assert client.flush(0.2) is False
    receiver.start()
    assert client.flush()
    assert receiver.stored_names == ["x"]


def test_only_close_cuts_a_retry_after_short(client: sayso.Client, receiver: Receiver) -> None:
    receiver.answers(Answer(503, headers={"Retry-After": "200"}))
    client.track("u", "x")
    assert client.flush(0.3) is False
    assert len(receiver.requests) == 1
    assert client.close(10)
    assert receiver.stored_names == ["x"]


def test_nothing_is_sent_after_close_times_out(client: sayso.Client, receiver: Receiver) -> None:
    receiver.gate.clear()
    client.identify("u", {})
    receiver.wait_for(lambda it: it.requests)
    client.identify("v", {})
    client.track("v", "x")
    assert client.close(0.05) is False
    [thread] = sayso_threads()
    receiver.answers(*[Answer(503)] * 9)
    receiver.gate.set()
    thread.join(10)
    assert [request.path for request in receiver.requests] == ["/v1/people"]


def test_every_flush_sends_the_queue(client: sayso.Client, receiver: Receiver) -> None:
    for name in names(50):
        client.track("u", name)
        assert client.flush()
    assert receiver.stored_names == names(50)


def test_close_sends_the_queue_and_later_calls_are_counted(
    client: sayso.Client, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    client.track("u", "x")
    assert client.close()
    client.track("u", "late")
    client.identify("u", {})
    assert client.close()
    assert receiver.stored_names == ["x"]
    assert client.stats().dropped == {"closed": 2}
    assert "closed" in caplog.text


def test_records_that_close_does_not_send_in_time_are_counted_once(
    client: sayso.Client, receiver: Receiver
) -> None:
    receiver.gate.clear()
    for name in names(7):
        client.track("u", name)
    assert client.close(0.05) is False
    [thread] = sayso_threads()
    receiver.gate.set()
    thread.join(10)
    assert client.close()  # nothing is left to wait for
    assert client.stats() == sayso.Stats(
        queued=0, sent=0, dropped={"not_sent_at_close": 7}, left_out=0
    )


def test_an_internal_error_drops_one_batch_and_is_counted(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Transport, _path: str, _body: str) -> Reply:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Transport, "post", fail)
        client.track("u", "lost")
        assert client.flush()
    client.track("u", "kept")
    assert client.flush()
    assert client.stats() == sayso.Stats(
        queued=0, sent=1, dropped={"internal_error": 1}, left_out=0
    )


def test_a_log_handler_that_raises_tracks_or_flushes_does_no_harm(
    client: sayso.Client, receiver: Receiver
) -> None:
    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
            client.track("u", "logged")
            client.flush(60)
            raise ZeroDivisionError

    log, handler = logging.getLogger("sayso"), Handler()
    log.addHandler(handler)
    try:
        receiver.stop()
        client.track("u", "x")
        client.flush(0.3)
        receiver.start()
        assert client.flush()
    finally:
        log.removeHandler(handler)
    assert receiver.stored_names == ["x", "logged"]


class Tracking(logging.Handler):
    """Tracks each log record, as a host may do for its own errors."""

    def __init__(self, client: sayso.Client) -> None:
        super().__init__()
        self.client = client
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.seen += 1
        self.client.track("u", f"logged {self.seen}", {"record": record})


@pytest.fixture(params=["at once", "on a thread of its own"])
def tracked_log(client: sayso.Client, request: pytest.FixtureRequest) -> Iterator[Tracking]:
    root, tracking, records = logging.getLogger(), Tracking(client), SimpleQueue[Any]()
    listener = QueueListener(records, tracking)
    handler = tracking if request.param == "at once" else QueueHandler(records)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    listener.start()
    yield tracking
    root.removeHandler(handler)
    root.setLevel(level)
    listener.stop()


def test_a_handler_that_tracks_each_log_record_causes_no_loop(
    client: sayso.Client, receiver: Receiver, tracked_log: Tracking
) -> None:
    receiver.answers(Answer(503), Answer(hang_up=True))
    logging.getLogger("shop").error("out of tea")
    client.track("u", "x", {"odd": object()})
    receiver.wait_for(lambda it: {"logged 1", "x"} <= set(it.stored_names))
    for name in names(20):
        client.track("u", name)
        assert client.flush()
    # The host's record and our warnings, without log records about sending.
    assert 4 <= tracked_log.seen <= 5 + tally.TOPICS
    assert len(receiver.stored) == 21 + tracked_log.seen - client.stats().dropped.get(
        "while_sending", 0
    )


def test_events_tracked_while_sending_are_dropped_counted_and_logged_once(
    client: sayso.Client,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reply(response: urllib3.BaseHTTPResponse) -> Reply:
        logging.getLogger("shop.network").warning("sent something")  # as a library in between does
        client.track("u", "an echo")
        return sent(response)

    sent = transport._reply
    monkeypatch.setattr(transport, "_reply", reply)
    for name in names(3):
        client.track("u", name)
        assert client.flush()
    assert receiver.stored_names == names(3)
    assert client.stats().dropped == {"while_sending": 3}
    assert caplog.text.count("would have no end") == 1


def test_the_hosts_own_urllib3_requests_are_still_logged(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    body = json.dumps({"events": [{"id": "1", "name": "x"}]})
    urllib3.request("POST", f"{receiver.url}/v1/events", body=body)
    assert "Starting new HTTP connection" in caplog.text
