"""When a process ends, normally or on a signal, its records are sent or counted."""

import signal

import pytest

from tests.sdk.host import Host
from tests.sdk.receiver import PATIENCE, Answer, Receiver


def test_tracked_events_are_sent_when_the_process_ends(host: Host, receiver: Receiver) -> None:
    host.run("for n in range(1500): sayso.track('u', f'e{n}')")
    assert receiver.stored_names == [f"e{n}" for n in range(1500)]


@pytest.mark.parametrize(
    "answer", [Answer(hang_up=True), Answer(503, headers={"Retry-After": "200"})]
)
def test_at_exit_an_unreachable_server_is_retried_at_once(
    host: Host, receiver: Receiver, answer: Answer
) -> None:
    receiver.answers(answer)
    host.run(
        """
        import logging, sayso.delivery
        logging.disable()
        sayso.delivery.FIRST_WAIT = sayso.delivery.LONGEST_WAIT = 1000
        sayso.track("u", "x")
        sys.stdin.read(1)
        """,
        after=lambda: receiver.wait_for(lambda it: it.requests),
    )
    assert receiver.stored_names == ["x"]
    assert len(receiver.requests) == 2


def test_an_exception_in_the_host_loses_nothing(host: Host, receiver: Receiver) -> None:
    process = host.start("sayso.track('u', 'x'); 1 / 0")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "ZeroDivisionError" in err
    assert receiver.stored_names == ["x"]


def test_a_sigterm_handler_that_exits_loses_nothing(host: Host, receiver: Receiver) -> None:
    receiver.gate.clear()
    process = host.start(
        """
        import signal
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        for n in range(10):
            sayso.track("u", f"e{n}")
        print("ready", flush=True)
        signal.pause()
        """,
        options="{'exit_timeout': 15}",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    receiver.wait_for(lambda it: it.requests)
    process.send_signal(signal.SIGTERM)
    receiver.gate.set()
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (7, "")
    assert receiver.stored_names == [f"e{n}" for n in range(10)]


def test_an_unreferenced_client_is_drained_at_exit_too(host: Host, receiver: Receiver) -> None:
    receiver.gate.clear()
    process = host.start(
        """
        import gc
        client = sayso.Client("sk_2", host=sys.argv[1], exit_timeout=15)
        for n in range(10):
            client.track("u", f"e{n}")
        del client
        gc.collect()
        sys.stdin.readline()
        """
    )
    receiver.wait_for(lambda it: it.requests)
    assert process.stdin is not None
    process.stdin.write("\n")  # the process ends while the first request waits
    process.stdin.flush()
    receiver.gate.set()
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert receiver.stored_names == [f"e{n}" for n in range(10)]


@pytest.mark.parametrize("timeout", ["0", "0.2"])
def test_a_hanging_server_does_not_keep_the_process_alive(
    host: Host, receiver: Receiver, timeout: str
) -> None:
    receiver.gate.clear()
    process = host.start("sayso.track('u', 'x')", options=f"{{'exit_timeout': {timeout}}}")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "the time for closing was over before all was sent (dropped for this reason: 1)" in err
    assert receiver.stored == []  # the process ended without a response


def test_many_clients_are_drained_concurrently_at_exit(host: Host, receiver: Receiver) -> None:
    receiver.gate.clear()
    out = host.run(
        """
        import atexit, logging, time
        logging.disable()
        from sayso import queue
        clients = [sayso.Client("sk_2", host=sys.argv[1], exit_timeout=0.5) for _ in range(80)]
        for client in clients:
            client.track("u", "x")
        queue.drain_at_exit()  # one after the other would take twice the patience of this test
        print([client.stats().dropped for client in clients] == [{"not_sent_at_close": 1}] * 80)
        """
    )
    assert out == "True\n"
