"""A member's browser on the dashboard, and visitors who answer first."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, Self

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sayso_server.background import Background
from sayso_server.storage.members import login_links
from sayso_server.storage.projects import audit
from tests.product import Product

OWN = {"Sec-Fetch-Site": "same-origin"}


class Member:
    def __init__(self, product: Product) -> None:
        self.product = product
        self.client: FlaskClient = product.app.test_client()

    def link(self) -> str:
        """Create a login link; return its secret."""
        now, project = self.product.clock.now, self.product.project_id
        return self.product.dependencies.store.write(
            lambda c: login_links.create(c, project, audit.COMMAND, now)
        )

    def log_in(self, secret: str, **more: str) -> TestResponse:
        return self.client.post("/login", data={"secret": secret, **more}, headers=OWN)

    def log_out(self) -> TestResponse:
        return self.client.post("/logout", headers=OWN)

    def written(self) -> None:
        """Run the background work of earlier requests."""
        Background(self.product.dependencies).run_once()

    def trail(self) -> list[Mapping[str, Any]]:
        """The audit trail of the whole server, newest first."""
        with self.product.dependencies.store.read() as connection:
            return audit.latest(connection, None)

    def logged_in(self) -> Self:
        assert self.log_in(self.link()).status_code == 303
        return self

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def read(self, path: str) -> str:
        """The text of a page as a person reads it, without markup and on one line."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return text_of(response.text)


def text_of(html: str) -> str:
    """The text of a page without its markup, on one line."""
    main = html.partition("<main")[2] or html
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def asked(product: Product, event: str = "order_completed", *, user_id: str | None = None) -> str:
    """Show a visitor the survey for this event; return the invitation's secret."""
    visitor = product.visitor(user_id)
    invitation: str = visitor.did(event)["invitation"]
    visitor.show(invitation)
    return invitation


def answer(
    product: Product,
    value: int,
    comment: str | None = None,
    *,
    event: str = "order_completed",
    user_id: str | None = None,
) -> None:
    """Answer the survey for this event, as a new visitor."""
    said = [("score", value), *([("comment", comment)] if comment else [])]
    product.visitor().answer(asked(product, event, user_id=user_id), *said, complete=True)


def close(product: Product, state: str = "dismissed", event: str = "order_completed") -> None:
    """Close the survey for this event without an answer, as a new visitor."""
    product.visitor().state(asked(product, event), state)
