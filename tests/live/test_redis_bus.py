"""Messages between processes by a real Valkey."""

import time
import uuid
from collections.abc import Callable

import redis

from sayso_server.live.hub import Hub, Listener
from sayso_server.live.redis_bus import RedisBus
from sayso_server.live.stream import stream


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
    message = listener.waiting.get(timeout=10)
    assert message is not None
    assert message.data == {"invitation": str(invitation)}
    for each in (bus, other_bus):
        each.close()
    with redis.Redis.from_url(valkey_url) as client:
        eventually(lambda: client.pubsub_numsub("sayso:live")[0][1] == 0)


def test_while_valkey_is_away_the_own_pages_are_still_told() -> None:
    hub = Hub()
    hub.use(RedisBus("redis://127.0.0.1:1", hub))
    project, person, invitation = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    listener = Listener(project, person, proven=False)
    hub.join(listener)
    hub.offer(project, person, invitation, needs_proof=False)
    message = listener.waiting.get(timeout=10)
    assert message is not None
    assert message.event == "invitation"


def test_nobody_else_hears_an_offer() -> None:
    hub = Hub()
    project, person = uuid.uuid4(), uuid.uuid4()
    other_person = Listener(project, uuid.uuid4(), proven=True)
    other_project = Listener(uuid.uuid4(), person, proven=True)
    unproven = Listener(project, person, proven=False)
    for listener in (other_person, other_project, unproven):
        hub.join(listener)
    hub.offer(project, person, uuid.uuid4(), needs_proof=True)
    assert all(one.waiting.empty() for one in (other_person, other_project, unproven))


def test_who_leaves_is_forgotten() -> None:
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
