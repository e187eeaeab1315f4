from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sayso
from tests.sdk.host import Host
from tests.sdk.receiver import Receiver
from tests.sdk.threads import sayso_threads

MakeClient = Callable[..., sayso.Client]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.gate.set()
    made.stop()


@pytest.fixture
def make_client(receiver: Receiver) -> Iterator[MakeClient]:
    made: list[sayso.Client] = []

    def make(**options: Any) -> sayso.Client:
        made.append(sayso.Client("sk_test", **{"host": receiver.url, **options}))
        return made[-1]

    yield make
    receiver.gate.set()
    for client in made:
        client.close(0)


@pytest.fixture
def client(make_client: MakeClient) -> sayso.Client:
    return make_client()


@pytest.fixture
def host(receiver: Receiver) -> Iterator[Host]:
    made = Host(receiver.url)
    yield made
    receiver.gate.set()
    made.end()


@pytest.fixture
def no_thread_of_an_earlier_test() -> None:
    for thread in sayso_threads():
        thread.join(10)
