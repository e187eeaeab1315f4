"""Messages between processes over a real Valkey."""

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
import redis

from sayso_server.limit_table import LimitSettings
from sayso_server.limits import Charge, Limits
from sayso_server.live import redis_bus
from sayso_server.live import stream as stream_module
from sayso_server.live.hub import QUEUE_SIZE, Hub, Listener, Message
from sayso_server.live.redis_bus import RedisBus
from sayso_server.live.stream import Event, stream
from tests.faults.silent_proxy import silent_proxy


def connected(url: str) -> tuple[Hub, RedisBus]:
    hub = Hub()
    bus = RedisBus(url, hub)
    hub.use(bus)
    bus.listen()
    return hub, bus


def eventually(found: Callable[[], object]) -> None:
    for _ in range(2_000):
        if found():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def test_an_offer_reaches_the_process_that_listens(valkey_url: str) -> None:
    (one, bus), (other, other_bus) = connected(valkey_url), connected(valkey_url)
    with redis.Redis.from_url(valkey_url) as client:
        eventually(lambda: client.pubsub_numsub("sayso:live")[0][1] == 2)
    project, person, invitation = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    listener = Listener(project, person, proven=True)
    other.join(listener)
    one.offer(project, person, invitation, needs_proof=True)
    message = listener.queue.get(timeout=10)
    assert message is not None
    assert message.data == {"invitation": str(invitation)}
    for each in (bus, other_bus):
        each.close()
    with redis.Redis.from_url(valkey_url) as client:
        eventually(lambda: client.pubsub_numsub("sayso:live")[0][1] == 0)


def test_the_own_pages_get_offers_while_valkey_is_unavailable() -> None:
    hub = Hub()
    hub.use(RedisBus("redis://127.0.0.1:1", hub))
    project, person, invitation = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    listener = Listener(project, person, proven=False)
    hub.join(listener)
    hub.offer(project, person, invitation, needs_proof=False)
    message = listener.queue.get(timeout=10)
    assert message is not None
    assert message.event == "invitation"


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a Redis that accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the waits for a response, with short timeouts."""
    tries: list[int] = []
    read = redis.connection.Connection.read_response

    def counted(connection: redis.connection.Connection, *args: Any, **named: Any) -> Any:
        tries.append(1)
        return read(connection, *args, **named)

    monkeypatch.setattr(redis.connection.Connection, "read_response", counted)
    monkeypatch.setattr(redis_bus, "TIMEOUT", 0.05)
    monkeypatch.setattr(redis_bus, "PING_AFTER", 0.05)
    monkeypatch.setattr(redis_bus, "RETRY_AFTER", 0.01)
    return tries


def test_a_silent_redis_is_waited_for_once(silent: str, tries: list[int]) -> None:
    hub = Hub()
    bus = RedisBus(silent, hub)
    hub.use(bus)
    project, person = uuid.uuid4(), uuid.uuid4()
    listener = Listener(project, person, proven=False)
    hub.join(listener)
    for _ in range(10):
        hub.offer(project, person, uuid.uuid4(), needs_proof=False)
    assert listener.queue.qsize() == 10
    assert len(tries) == 1
    assert bus.down


def test_limits_wait_for_a_silent_redis_once(silent: str, tries: list[int]) -> None:
    limits = Limits(LimitSettings(), silent, lambda: datetime.now(UTC))
    for _ in range(10):
        limits.spend(Charge("page_calls_per_minute", "somebody"))
    assert len(tries) == 1
    assert limits.away


def test_a_silent_subscription_is_detected(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch, tries: list[int]
) -> None:
    port = int(valkey_url.rpartition(":")[2].partition("/")[0])
    with silent_proxy(port) as proxy:
        _, bus = connected(f"redis://127.0.0.1:{proxy.port}")
        eventually(lambda: not bus.down)
        proxy.silence(requests=True, new=True)
        eventually(lambda: bus.down)
        proxy.speak()
        eventually(lambda: not bus.down)
        bus.close()


@pytest.mark.parametrize("said", ["", "no json", "[1]", '{"event": "x"}', "\xff"])
def test_a_foreign_message_does_not_end_the_subscription(
    valkey_url: str, tries: list[int], said: str
) -> None:
    hub, bus = connected(valkey_url)
    project, person = uuid.uuid4(), uuid.uuid4()
    listener = Listener(project, person, proven=True)
    hub.join(listener)
    with redis.Redis.from_url(valkey_url) as client:
        eventually(lambda: not bus.down)
        client.publish("sayso:live", said)

        def heard() -> bool:
            message = Message(str(project), str(person), "invitation", {})
            client.publish("sayso:live", message.encode())
            return not listener.queue.empty()

        eventually(heard)
    bus.close()


def test_the_own_pages_get_offers_before_the_subscription_is_ready(valkey_url: str) -> None:
    hub = Hub()
    hub.use(RedisBus(valkey_url, hub))
    project, person = uuid.uuid4(), uuid.uuid4()
    listener = Listener(project, person, proven=False)
    hub.join(listener)
    hub.offer(project, person, uuid.uuid4(), needs_proof=False)
    assert listener.queue.qsize() == 1


def test_a_lost_subscription_is_restored(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_bus, "RETRY_AFTER", 0.01)
    hub, bus = connected(valkey_url.replace("redis://", "valkey://"))
    elsewhere = Hub()
    elsewhere.use(RedisBus(valkey_url, elsewhere))
    project, person = uuid.uuid4(), uuid.uuid4()
    listener = Listener(project, person, proven=True)
    hub.join(listener)

    def heard() -> bool:
        elsewhere.offer(project, person, uuid.uuid4(), needs_proof=False)
        return not listener.queue.empty()

    with redis.Redis.from_url(valkey_url) as client:
        eventually(heard)
        client.client_kill_filter(_type="pubsub")
        while not listener.queue.empty():
            listener.queue.get()
        eventually(heard)
        bus.close()
        eventually(lambda: not client.pubsub_numsub("sayso:live")[0][1])


def test_other_listeners_do_not_get_an_offer() -> None:
    hub = Hub()
    project, person = uuid.uuid4(), uuid.uuid4()
    other_person = Listener(project, uuid.uuid4(), proven=True)
    other_project = Listener(uuid.uuid4(), person, proven=True)
    unproven = Listener(project, person, proven=False)
    for listener in (other_person, other_project, unproven):
        hub.join(listener)
    hub.offer(project, person, uuid.uuid4(), needs_proof=True)
    assert all(one.queue.empty() for one in (other_person, other_project, unproven))


def test_a_listener_that_leaves_is_removed() -> None:
    hub = Hub()
    listener = Listener(uuid.uuid4(), uuid.uuid4(), proven=True)
    hub.join(listener)
    assert (hub.count(), len(hub.projects())) == (1, 1)
    hub.leave(listener)
    assert (hub.count(), len(hub.projects())) == (0, 0)


def test_closing_ends_every_stream() -> None:
    hub = Hub()
    listener = Listener(uuid.uuid4(), uuid.uuid4(), proven=True)
    events = stream(hub, listener, list, lifetime=60)
    assert next(events) == ": ok\n\n"
    hub.close()
    assert list(events) == []
    assert hub.count() == 0


def test_the_queue_of_an_unread_listener_is_bounded() -> None:
    hub = Hub()
    listener = Listener(uuid.uuid4(), uuid.uuid4(), proven=True)
    hub.join(listener)
    for version in range(QUEUE_SIZE + 5):
        hub.rules_changed(uuid.UUID(listener.project), version, [])
    assert listener.queue.qsize() == QUEUE_SIZE


def test_a_message_during_the_opening_of_a_stream_arrives() -> None:
    hub = Hub()
    listener = Listener(uuid.uuid4(), uuid.uuid4(), proven=True)

    def first() -> list[Event]:
        hub.rules_changed(uuid.UUID(listener.project), 2, [])
        return [("rules", {"version": 1})]

    events = stream(hub, listener, first, lifetime=60)
    heard = [next(events) for _ in range(3)]
    assert ['"version":1' in heard[1], '"version":2' in heard[2]] == [True, True]


def test_an_idle_stream_beats_until_its_lifetime_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream_module, "BEAT", 0.01)
    listener = Listener(uuid.uuid4(), uuid.uuid4(), proven=True)
    events = stream(Hub(), listener, list, lifetime=0.03)
    assert list(islice(events, 9)) == [": ok\n\n", *[": beat\n\n"] * 3]
