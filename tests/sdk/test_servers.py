"""Under gevent and in gunicorn's workers nothing is lost or doubled."""

import re
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest

from tests.sdk.host import Host
from tests.sdk.receiver import PATIENCE, Answer, Receiver

GEVENT = "from gevent import monkey; monkey.patch_all()\n"


def test_no_event_is_lost_and_no_greenlet_blocked_under_gevent(
    host: Host, receiver: Receiver
) -> None:
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
def test_no_event_is_lost_or_doubled_under_gunicorn_with_preload(
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


def test_a_celery_workers_child_sends_its_queue_at_exit(
    host: Host, receiver: Receiver, tmp_path: Path
) -> None:
    """Celery's children exit with os._exit(), here after each task."""
    receiver.answers(Answer(503, headers={"Retry-After": "200"}))
    (tmp_path / "shop.py").write_text(
        dedent(
            f"""
            import pathlib, celery, sayso
            sayso.init("sk_test", host="{receiver.url}")
            queue = celery.Celery(broker="filesystem://")
            folder = str(pathlib.Path(__file__).parent)
            queue.conf.broker_transport_options = dict(
                data_folder_in=folder, data_folder_out=folder, control_folder=folder
            )
            @queue.task
            def order():
                sayso.track("u", "order")
            """
        )
    )
    worker = ["-A", "shop", "worker", "-c", "1", "--max-tasks-per-child", "1"]
    host.popen([sys.executable, "-m", "celery", *worker], cwd=tmp_path)
    host.popen([sys.executable, "-c", "import shop; shop.order.delay()"], cwd=tmp_path)
    receiver.wait_for(lambda it: it.stored_names == ["order"])
