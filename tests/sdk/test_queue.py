"""The host is neither disturbed nor blocked, and nothing is lost in silence."""

import gc
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import sayso
from sayso.transport import Reply, Transport
from tests.sdk.receiver import Answer, Receiver

MakeClient = Callable[..., sayso.Client]


def names(count: int) -> list[str]:
    return [f"e{number}" for number in range(count)]


@pytest.fixture(autouse=True)
def no_thread_of_an_earlier_test() -> None:
    for thread in sayso_threads():
        thread.join(10)


def test_nothing_is_lost_while_the_server_is_away_and_order_is_kept(
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


def test_a_full_queue_drops_the_newest_counts_them_and_says_so_once(
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


def test_track_returns_while_the_server_holds_the_connection(
    client: sayso.Client, receiver: Receiver
) -> None:
    receiver.gate.clear()
    client.track("u", "held")
    receiver.wait_for(lambda it: it.requests)
    for name in names(100):
        client.track("u", name)
        client.identify("u", {})
    assert receiver.stored == []  # all calls have returned, and the server has answered none
    assert client.stats().queued == 201


def test_an_event_is_sent_without_a_flush(client: sayso.Client, receiver: Receiver) -> None:
    client.track("u", "x")
    receiver.wait_for(lambda it: it.stored)


def test_the_first_event_after_a_rest_does_not_linger(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.worker.LINGER", 1000.0)
    client.track("u", "at once")
    receiver.wait_for(lambda it: it.stored)
    client.track("u", "lingers")
    time.sleep(0.05)  # time enough to go, did it not linger
    client.track("u", "with it")
    assert client.flush()
    assert [len(request.records) for request in receiver.requests] == [1, 2]


def test_flush_is_true_when_there_is_nothing_to_send(client: sayso.Client) -> None:
    assert client.flush(0)


def test_flush_is_false_when_the_time_is_over(client: sayso.Client, receiver: Receiver) -> None:
    receiver.gate.clear()
    client.track("u", "x")
    assert client.flush(0.05) is False


def test_flush_cuts_the_wait_for_the_next_try_short(
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


def test_only_close_cuts_a_wait_short_for_which_the_server_asked(
    client: sayso.Client, receiver: Receiver
) -> None:
    receiver.answers(Answer(503, headers={"Retry-After": "200"}))
    client.track("u", "x")
    assert client.flush(0.3) is False
    assert len(receiver.requests) == 1
    assert client.close(10)
    assert receiver.stored_names == ["x"]


def test_after_close_has_given_up_nothing_more_is_sent(
    client: sayso.Client, receiver: Receiver
) -> None:
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


def test_many_flushes_leave_nothing_behind(client: sayso.Client, receiver: Receiver) -> None:
    for name in names(50):
        client.track("u", name)
        assert client.flush()
    assert receiver.stored_names == names(50)


def test_close_sends_what_waits_and_later_calls_are_counted(
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


def test_what_close_could_not_send_in_time_is_counted_once(
    client: sayso.Client, receiver: Receiver
) -> None:
    receiver.gate.clear()
    for name in names(7):
        client.track("u", name)
    assert client.close(0.05) is False
    [thread] = sayso_threads()
    receiver.gate.set()
    thread.join(10)
    assert client.close()  # nothing waits any more, so it does not wait either
    assert client.stats() == sayso.Stats(
        queued=0, sent=0, dropped={"not_sent_at_close": 7}, left_out=0
    )


def test_closing_ends_the_thread_and_closing_again_starts_none(
    client: sayso.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.track("u", "x")
    assert client.flush()
    [thread] = sayso_threads()
    assert client.close()
    thread.join(10)
    assert not thread.is_alive()
    monkeypatch.delattr(threading.Thread, "start")
    assert client.close()


def test_a_client_that_is_forgotten_sends_what_it_holds_and_its_thread_ends(
    receiver: Receiver,
) -> None:
    receiver.gate.clear()
    forgotten = sayso.Client("sk_test", host=receiver.url)
    for name in names(5):
        forgotten.track("u", name)
    del forgotten
    gc.collect()
    [thread] = sayso_threads()
    receiver.gate.set()
    thread.join(10)
    assert not thread.is_alive()
    assert receiver.stored_names == names(5)


def test_no_thread_is_started_before_the_first_call(make_client: MakeClient) -> None:
    make_client()
    assert sayso_threads() == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_started_again_and_its_events_are_sent_once(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Transport.post

    def die(_self: Transport, _path: str, _body: str) -> Reply:
        raise SystemExit

    monkeypatch.setattr(Transport, "post", die)
    client.track("u", "interrupted")
    for thread in sayso_threads():
        thread.join(10)
    assert sayso_threads() == []
    monkeypatch.setattr(Transport, "post", post)
    client.track("u", "next")
    assert client.flush()
    assert receiver.stored_names == ["interrupted", "next"]


def test_where_no_thread_can_be_had_events_wait_for_the_next_call(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        client.track("u", "one")
    client.track("u", "two")
    assert client.flush()
    assert receiver.stored_names == ["one", "two"]


def test_a_fault_of_ours_costs_one_batch_and_is_counted(
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


def test_a_signal_handler_may_track_while_the_host_tracks(
    make_client: MakeClient, receiver: Receiver
) -> None:
    client = make_client(max_queue=100_000)
    handled = 0

    def handler(_signal: int, _frame: Any) -> None:
        nonlocal handled
        handled += 1
        client.track("u", "handled")

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        tracked = 0
        while handled < 100:
            client.track("u", "x")
            tracked += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with client._queue.tally._lock:  # where chance may take long to interrupt it
        handler(0, None)
    assert client.flush(60)
    assert len(receiver.stored) == tracked + handled
    assert client.stats().sent == tracked + handled


@pytest.mark.parametrize("where", ["threading.Thread", "sayso.queue.Worker"])
def test_a_signal_handler_that_tracks_during_the_first_call_makes_no_second_thread(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    module, _, name = where.rpartition(".")
    original: Any = getattr(sys.modules[module], name)

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(where, original)
        client.track("u", "handled")
        return original(*args, **kwargs)

    receiver.gate.clear()
    monkeypatch.setattr(where, interrupted)
    client.track("u", "x")
    receiver.wait_for(lambda it: it.requests)
    assert len(sayso_threads()) == 1
    receiver.gate.set()
    assert client.flush()
    assert sorted(receiver.stored_names) == ["handled", "x"]


def test_many_threads_lose_and_double_nothing(client: sayso.Client, receiver: Receiver) -> None:
    def work(number: int) -> None:
        for index in range(200):
            client.track(f"u{number}", f"e{index}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.flush()
    assert len(receiver.stored) == 1600
    for number in range(8):
        own = [it["name"] for it in receiver.stored if it["user_id"] == f"u{number}"]
        assert own == names(200)


def sayso_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "sayso"]
