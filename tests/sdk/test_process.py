"""Over the life of real processes: exit, signals, fork, gevent, gunicorn. Each test runs a small
host as a customer would write it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.sdk.receiver import PATIENCE, Answer, Receiver

BEGIN = """
import os, sys
import sayso
sayso.init("sk_test", host=sys.argv[1], **{options})
"""


class Host:
    """Runs Python code as a process of its own, in which `sayso` is ready."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._started: list[subprocess.Popen[str]] = []

    def start(self, code: str, options: str = "{}", before: str = "") -> subprocess.Popen[str]:
        source = dedent(before) + BEGIN.replace("{options}", options) + dedent(code)
        command = [sys.executable, "-W", "error", "-c", source, self._url]
        return self.popen(command)

    def popen(self, command: list[str], cwd: Path | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def run(self, code: str, after: Callable[[], None] = lambda: None) -> str:
        """Its standard output, when it has ended well and without a word of complaint. What it
        reads comes ``after`` that has returned."""
        process = self.start(code)
        after()
        out, err = process.communicate("go", timeout=PATIENCE)
        assert (process.returncode, err) == (0, "")
        return out

    def end(self) -> None:
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=PATIENCE)


@pytest.fixture
def host(receiver: Receiver) -> Iterator[Host]:
    made = Host(receiver.url)
    yield made
    receiver.gate.set()
    made.end()


def test_what_was_tracked_is_sent_when_the_process_ends(host: Host, receiver: Receiver) -> None:
    host.run("for n in range(1500): sayso.track('u', f'e{n}')")
    assert receiver.stored_names == [f"e{n}" for n in range(1500)]


@pytest.mark.parametrize(
    "answer", [Answer(hang_up=True), Answer(503, headers={"Retry-After": "200"})]
)
def test_at_exit_a_server_that_was_away_is_tried_at_once(
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


def test_a_handler_of_sigterm_that_exits_loses_nothing(host: Host, receiver: Receiver) -> None:
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


def test_a_forgotten_client_is_drained_at_exit_too(host: Host, receiver: Receiver) -> None:
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
    process.stdin.write("\n")  # it ends while the server holds the first request
    process.stdin.flush()
    receiver.gate.set()
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert receiver.stored_names == [f"e{n}" for n in range(10)]


@pytest.mark.parametrize("timeout", ["0", "0.2"])
def test_a_server_that_hangs_does_not_keep_the_process_from_ending(
    host: Host, receiver: Receiver, timeout: str
) -> None:
    receiver.gate.clear()
    process = host.start("sayso.track('u', 'x')", options=f"{{'exit_timeout': {timeout}}}")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "the time for closing was over before all was sent (dropped for this reason: 1)" in err
    assert receiver.stored == []  # it ended although the server never answered


def test_many_clients_share_the_time_of_the_exit(host: Host, receiver: Receiver) -> None:
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


def test_after_fork_each_process_sends_its_own_events_once(host: Host, receiver: Receiver) -> None:
    receiver.gate.clear()
    process = host.start(
        """
        sayso.track("u", "parent before")
        for child in range(3):
            pid = os.fork()
            if pid == 0:
                assert sayso.stats() == sayso.Stats(0, 0, {}, 0)
                sayso.track("u", f"child {child}")
                sys.exit()
        sayso.track("u", "parent after")
        print("forked", flush=True)
        for _ in range(3):
            assert os.wait()[1] == 0
        assert sayso.flush()
        assert sayso.stats().sent == 2
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "forked\n"
    receiver.gate.set()
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    expected = ["child 0", "child 1", "child 2", "parent after", "parent before"]
    assert sorted(receiver.stored_names) == expected
    sent = Counter(each for request in receiver.requests for each in request.ids)
    assert set(sent.values()) == {1}


def test_a_forked_child_opens_a_connection_of_its_own(host: Host, receiver: Receiver) -> None:
    host.run(
        """
        sayso.track("u", "parent")
        assert sayso.flush()
        if os.fork() == 0:
            sayso.track("u", "child")
            os._exit(not sayso.flush())
        assert os.wait()[1] == 0
        sayso.track("u", "parent again")
        assert sayso.flush()
        """
    )
    assert receiver.stored_names == ["parent", "child", "parent again"]
    assert receiver.connections == 2


def test_the_thread_imports_nothing_so_that_a_fork_meets_no_half_module(
    host: Host, receiver: Receiver
) -> None:
    receiver.answers(
        Answer(503, headers={"Retry-After": "0"}),
        Answer(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Answer(hang_up=True),
    )
    out = host.run(
        """
        import logging
        logging.disable()
        before = set(sys.modules)
        sayso.track("u", "x")
        assert sayso.flush()
        print(sorted(set(sys.modules) - before))
        """
    )
    assert out == "[]\n"
    assert len(receiver.requests) == 4


def test_a_fork_while_other_threads_track_never_leaves_a_child_hanging(
    host: Host, receiver: Receiver
) -> None:
    host.run(
        """
        import threading
        stop = threading.Event()
        def work():
            while not stop.is_set():
                sayso.track("u", "parent")
                stop.wait(0.0005)
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for child in range(30):
            pid = os.fork()
            if pid == 0:
                sayso.track("u", "child")
                os._exit(0 if sayso.flush(15) else 1)
            assert os.waitpid(pid, 0)[1] == 0
        stop.set()
        for thread in threads:
            thread.join()
        """
    )
    assert Counter(receiver.stored_names)["child"] == 30
    sent = Counter(each for request in receiver.requests for each in request.ids)
    assert set(sent.values()) == {1}


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_child_of_multiprocessing_loses_nothing(
    host: Host, receiver: Receiver, tmp_path: Path, method: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        dedent(
            """
            import multiprocessing, sys, sayso
            def work(url):
                sayso.init("sk_test", host=url)
                for n in range(50):
                    sayso.track("u", "child")
            if __name__ == "__main__":
                child = multiprocessing.get_context(sys.argv[2]).Process(
                    target=work, args=sys.argv[1:2]
                )
                child.start()
                child.join()
            """
        )
    )
    process = host.popen([sys.executable, str(program), receiver.url, method])
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert receiver.stored_names == ["child"] * 50


GEVENT = "from gevent import monkey; monkey.patch_all()\n"


def test_under_gevent_nothing_is_lost_and_nobody_is_blocked(host: Host, receiver: Receiver) -> None:
    receiver.gate.clear()
    process = host.start(
        """
        import gevent
        def work(n):
            sayso.track("u", f"e{n}")
            gevent.sleep(0)
            sayso.track("u", f"f{n}")
        gevent.joinall([gevent.spawn(work, n) for n in range(20)], raise_error=True)
        print("tracked", flush=True)
        assert sayso.flush()
        sayso.track("u", "at exit")
        """,
        before=GEVENT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "tracked\n"
    receiver.gate.set()
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert len(receiver.stored) == 41
    assert receiver.stored_names[-1] == "at exit"


def test_a_client_made_before_gevent_patches_works(host: Host, receiver: Receiver) -> None:
    host.run(
        """
        import warnings
        warnings.simplefilter("ignore")  # gevent's, that ssl was imported before
        from gevent import monkey; monkey.patch_all()
        import gevent
        jobs = [gevent.spawn(sayso.track, "u", "x") for _ in range(5)]
        gevent.joinall(jobs)
        ticks = []
        gevent.spawn(lambda: [ticks.append(gevent.sleep(0)) for _ in range(3)])
        assert sayso.flush()
        assert ticks
        """
    )
    assert receiver.stored_names == ["x"] * 5


def listening(gunicorn: subprocess.Popen[str]) -> str:
    assert gunicorn.stderr is not None
    for line in gunicorn.stderr:
        if found := re.search(r"Listening at: (http://\S+)", line):
            return found[1]
    raise AssertionError("gunicorn did not start")


@pytest.mark.parametrize("worker", ["sync", "gthread", "gevent"])
def test_gunicorn_with_preload_loses_and_doubles_nothing(
    host: Host, receiver: Receiver, tmp_path: Path, worker: str
) -> None:
    (tmp_path / "shop.py").write_text(
        dedent(
            f"""
            import os, sayso
            sayso.init("sk_test", host="{receiver.url}")
            sayso.track("u", "loaded")
            def application(environ, start_response):
                sayso.track("u", "asked", {{"pid": os.getpid()}})
                start_response("200 OK", [])
                return [str(os.getpid()).encode()]
            """
        )
    )
    options = ["--preload", "-w", "2", "-k", worker, "-b", "127.0.0.1:0", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, "shop:application"]
    process = host.popen(command, cwd=tmp_path)
    address = listening(process)
    asked: Counter[str] = Counter()
    while len(asked) < 2 or asked.total() < 20:  # gunicorn loses a SIGTERM while a worker boots
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:  # noqa: S310
            asked[response.read().decode()] += 1
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert Counter(receiver.stored_names) == {"loaded": 1, "asked": asked.total()}
    sent = Counter(each for request in receiver.requests for each in request.ids)
    assert set(sent.values()) == {1}
    told = Counter(str(it["properties"].get("pid")) for it in receiver.stored)
    assert told == asked + Counter({"None": 1})
