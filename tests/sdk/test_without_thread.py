"""If no thread can be started, waiting callers send; nothing hangs and nothing is lost."""

import threading
from collections.abc import Iterator

import pytest

import sayso
from sayso import transport
from tests.sdk.host import Host
from tests.sdk.receiver import PATIENCE, Answer, Receiver
from tests.sdk.threads import sayso_threads

NO_MORE_THREADS = "import threading; threading.stack_size(1 << 46)  # more than any system gives"


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Refuses threads only to the SDK, since the test's server needs threads in this process."""
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "sayso":
            raise RuntimeError("can't start new thread")
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        yield patched


def names(count: int) -> list[str]:
    return [f"e{number}" for number in range(count)]


@pytest.mark.usefixtures("no_threads")
def test_flush_sends_on_the_callers_own_thread(client: sayso.Client, receiver: Receiver) -> None:
    for _ in range(2):
        for name in names(1200):
            client.track("u", name)
        client.identify("u", {"plan": "pro"})
        assert client.flush()
    assert sayso_threads() == []
    assert [it.get("name", "person") for it in receiver.stored] == [*names(1200), "person"] * 2
    assert client.stats() == sayso.Stats(queued=0, sent=2402, dropped={}, left_out=0)


@pytest.mark.usefixtures("no_threads")
def test_close_sends_on_the_callers_own_thread_too(
    client: sayso.Client, receiver: Receiver
) -> None:
    client.track("u", "x")
    assert client.close()
    assert receiver.stored_names == ["x"]


@pytest.mark.parametrize("answer", [Answer(503), Answer(hang_up=True), Answer(500)])
@pytest.mark.usefixtures("no_threads")
def test_flush_ends_in_time_and_the_next_flush_resumes(
    client: sayso.Client, receiver: Receiver, answer: Answer
) -> None:
    receiver.script = lambda _request: answer
    for name in names(600):
        client.track("u", name)
    assert client.flush(0.2) is False
    assert client.flush(0.2) is False
    assert client.stats().queued == 600
    receiver.answers()
    client.track("u", "last")
    assert client.flush()
    assert receiver.stored_names == [*names(600), "last"]


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("no_threads")
def test_a_hanging_server_blocks_no_caller_beyond_the_timeout(
    client: sayso.Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "READ", 1_000.0)
    receiver.gate.clear()
    client.track("u", "x")
    assert client.flush(0.2) is False
    assert client.close(0.2) is False
    assert client.stats().dropped == {"not_sent_at_close": 1}
    assert receiver.stored == []  # both calls returned without a response


def test_a_new_thread_sends_the_remaining_queue(
    client: sayso.Client, receiver: Receiver, no_threads: pytest.MonkeyPatch
) -> None:
    receiver.gate.clear()
    client.track("u", "one")
    assert client.flush(0.1) is False
    receiver.gate.set()
    no_threads.undo()
    client.track("u", "two")
    receiver.wait_for(lambda it: it.stored_names == ["one", "two"])
    assert client.flush()


@pytest.mark.usefixtures("no_threads")
def test_concurrent_waiting_callers_neither_lose_nor_double_events(
    client: sayso.Client, receiver: Receiver
) -> None:
    def work(number: int) -> None:
        for name in names(50):
            client.track(f"u{number}", name)
            results.append(client.flush())

    results: list[bool] = []
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 200
    assert sorted(receiver.stored_names) == sorted(names(50) * 4)


@pytest.mark.parametrize("made", ["sayso", "sayso.Client('sk_2', host=sys.argv[1])"])
def test_the_exit_sends_the_queue_if_no_thread_can_be_started(
    host: Host, receiver: Receiver, made: str
) -> None:
    host.run(
        f"""
        import gc
        {NO_MORE_THREADS}
        client = {made}
        for n in range(600): client.track("u", f"e{{n}}")
        del client
        gc.collect()
        """
    )
    assert receiver.stored_names == names(600)


@pytest.mark.parametrize(
    "first", ["sayso.track('u', 'x')", "sayso.Client('sk_2', host=sys.argv[1]).track('u', 'x')"]
)
@pytest.mark.parametrize("before_us", [True, False])
@pytest.mark.parametrize("refused", [True, False])
def test_events_tracked_by_an_atexit_handler_are_sent(
    host: Host, receiver: Receiver, first: str, before_us: bool, refused: bool
) -> None:
    handler = f"""
import atexit, sys, threading
def refuse(_thread):
    raise RuntimeError("can't create new thread at interpreter shutdown")  # as Python 3.12 says
@atexit.register
def at_exit():
    if {refused}:
        threading.Thread.start = refuse
    {first}
    import sayso as module
    if {first.startswith("sayso.track")}:
        print(module.stats().queued)
"""
    # Handlers run in reverse order of registration; importing `sayso` registers ours.
    process = host.start(handler if before_us else "", before="" if before_us else handler)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert receiver.stored_names == ["x"]
    if first.startswith("sayso.track") and not before_us:
        assert out == "0\n"  # no later drain, so it was sent before the call returned


@pytest.mark.parametrize("threads", ["", NO_MORE_THREADS])
def test_a_hanging_server_delays_the_exit_only_once(
    host: Host, receiver: Receiver, threads: str
) -> None:
    receiver.gate.clear()
    process = host.start(
        f"""
        import logging
        {threads}
        logging.disable()
        sayso.track("u", "x")
        """,
        options="{'exit_timeout': 0.2}",
        before="""
        import atexit
        @atexit.register
        def late():
            for _ in range(1000):  # each with its own wait, it would take twice our patience
                sayso.track("u", "late")
            print(sayso.stats().dropped)
        """,
    )
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert out == "{'not_sent_at_close': 1001}\n"


def test_a_closed_client_stays_closed_at_exit(host: Host, receiver: Receiver) -> None:
    host.run(
        """
        import atexit, logging
        logging.disable()
        sayso.track("u", "x")
        atexit.register(lambda: sayso.track("u", "late"))
        assert sayso.close()
        """
    )
    assert receiver.stored_names == ["x"]
