"""A client has one thread, from its first call until it is closed or garbage-collected."""

import gc
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

import sayso
from sayso.transport import Reply, Transport
from tests.sdk.receiver import Receiver
from tests.sdk.threads import sayso_threads

MakeClient = Callable[..., sayso.Client]

pytestmark = pytest.mark.usefixtures("no_thread_of_an_earlier_test")


def names(count: int) -> list[str]:
    return [f"e{number}" for number in range(count)]


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


def test_an_unreferenced_client_sends_its_queue_and_its_thread_ends(
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
def test_a_dead_thread_is_restarted_and_its_events_are_sent_once(
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


def test_if_no_thread_can_be_started_events_wait_for_the_next_call(
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
    assert client._queue is not None
    with client._queue.tally._lock:  # a state that a signal rarely hits
        handler(0, None)
    assert client.flush(60)
    assert len(receiver.stored) == tracked + handled
    assert client.stats().sent == tracked + handled


@pytest.mark.parametrize("where", ["threading.Thread", "sayso.queue.Worker"])
def test_a_signal_handler_that_tracks_during_the_first_call_starts_no_second_thread(
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


def test_many_threads_neither_lose_nor_double_events(
    client: sayso.Client, receiver: Receiver
) -> None:
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
