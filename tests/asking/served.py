"""A project on a real `sayso serve`, with the interface of the in-process `Product`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import urllib3

from tests.faults.project import ORIGIN, create_project
from tests.faults.server import HOST, Server
from tests.product import Clock, Product

AT_ONCE = 64  # connections kept open


class Reply:
    """A response with the attribute names of Flask's test client."""

    def __init__(self, reply: urllib3.BaseHTTPResponse) -> None:
        self.status_code = reply.status
        self.text = reply.data.decode()
        self.json = reply.json() if self.text else None


class Client:
    """The interface of Flask's test client, over the network."""

    def __init__(self, port: int) -> None:
        self._url = f"http://{HOST}:{port}"
        self._pool = urllib3.PoolManager(maxsize=AT_ONCE, block=False)

    def open(self, path: str, *, method: str, json: Any, headers: dict[str, str]) -> Reply:
        url = self._url + path
        return Reply(self._pool.request(method, url, json=json, headers=headers, retries=False))

    def post(self, path: str, *, data: str, headers: dict[str, str]) -> Reply:
        url = self._url + path
        return Reply(self._pool.request("POST", url, body=data, headers=headers, retries=False))


class WallClock(Clock):
    """The server's time, which a test cannot change."""

    def __init__(self) -> None:
        """Skips the parent's fixed time."""

    def __getattribute__(self, name: str) -> Any:
        return datetime.now(UTC) if name == "now" else super().__getattribute__(name)


class Served(Product):
    """A new project on the server, with the origin that the test visitors use."""

    origin = ORIGIN

    def __init__(self, server: Server) -> None:
        project = create_project(server)
        self.client = Client(server.port)
        self.clock = WallClock()
        self.public_key, self.secret_key = project.public_key, project.secret_key
        self.project = project

    def token(self, user_id: str, **_: Any) -> str:
        return self.project.token(user_id)
