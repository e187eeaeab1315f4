"""After a fork each process sends its own records, once."""

import sys
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest

from tests.sdk.host import Host
from tests.sdk.receiver import PATIENCE, Answer, Receiver


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


def test_a_forked_child_opens_its_own_connection(host: Host, receiver: Receiver) -> None:
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


def test_the_thread_imports_no_module_that_a_fork_could_half_load(
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
def test_a_multiprocessing_child_loses_nothing(
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
