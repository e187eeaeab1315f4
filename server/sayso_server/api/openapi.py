"""The OpenAPI description, generated from the schemas that validate the requests."""

import json
from functools import cached_property
from threading import Lock
from typing import Any

from flask import Flask, Response
from flask_smorest import Api, Blueprint
from werkzeug.exceptions import HTTPException

from sayso_server.api.answer import blueprint as answer
from sayso_server.api.backend import blueprint as backend
from sayso_server.api.backend.text_fields import describe_short_text, describe_texts
from sayso_server.api.backend.trigger_schemas import LONGEST_LABEL, Label
from sayso_server.api.error_body import ErrorBody, http_error
from sayso_server.api.links import LinksPlugin
from sayso_server.api.page import blueprint as page
from sayso_server.api.refusals import RefusalsPlugin
from sayso_server.api.schema_bounds import ExactPlugin
from sayso_server.compressed import compressed
from sayso_server.dependencies import dependencies

CONFIG = {
    "API_TITLE": "Sayso",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}

SECURITY = {"secretKey": {"type": "http", "scheme": "bearer", "bearerFormat": "sk_…"}}


class SaysoApi(Api):
    """Builds the description on the first request for it, so that the process starts faster."""

    ERROR_SCHEMA = ErrorBody
    DEFAULT_ERROR_RESPONSE_NAME = None  # each operation lists its own errors

    def __init__(self, app: Flask) -> None:
        self._blueprints: list[Blueprint] = []
        self._describing = Lock()
        self._description: dict[str, Any] | None = None
        super().__init__(app)

    def handle_http_exception(self, error: HTTPException) -> Any:
        return http_error(error)

    def register_blueprint(self, blueprint: Blueprint) -> None:
        self._app.register_blueprint(blueprint)
        self._blueprints.append(blueprint)

    def describe(self) -> dict[str, Any]:
        """The OpenAPI document."""
        with self._describing:
            if self._description is None:
                self._description = self._describe()
        return self._description

    def _init_spec(self, **_: Any) -> None:
        """Does nothing: the base class calls it at startup, `_describe` does the work later."""

    def _describe(self) -> dict[str, Any]:
        super()._init_spec(
            marshmallow_plugin=ExactPlugin(),
            extra_plugins=[RefusalsPlugin(), LinksPlugin()],
            components={"securitySchemes": SECURITY},
            servers=[{"url": dependencies(self._app).settings.public_url}],
        )
        describe_texts(self.spec)
        describe_short_text(self.spec, Label.described, LONGEST_LABEL)
        for part in self._blueprints:
            part.register_views_in_doc(self, self._app, self.spec, name=part.name, parameters=None)
            self.spec.tag({"name": part.name, "description": part.description})
        return self.spec.to_dict()

    @cached_property
    def _text(self) -> str:
        return json.dumps(self.describe(), indent=2)

    def _openapi_json(self) -> Response:
        return compressed(self._text, "application/json", "no-cache")


def register(app: Flask) -> None:
    """Register the blueprints for pages, receipts and backends, and `/v1/openapi.json`."""
    app.config.update(CONFIG)
    api = SaysoApi(app)
    for blueprint in (page, answer, backend):
        api.register_blueprint(blueprint)
