# What we use of flask-smorest, which ships no types.
from collections.abc import Callable
from typing import Any, TypeVar

import flask
from apispec import APISpec
from flask import Flask
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

_View = TypeVar("_View", bound=Callable[..., Any])

class Api:
    ERROR_SCHEMA: type[Schema]
    spec: APISpec
    _app: Flask
    def __init__(self, app: Flask) -> None: ...
    def _init_spec(self, **options: Any) -> None: ...
    def register_blueprint(self, blp: Blueprint) -> None: ...
    def handle_http_exception(self, error: HTTPException) -> Any: ...

class Blueprint(flask.Blueprint):
    ARGUMENTS_PARSER: FlaskParser
    description: str
    def __init__(
        self, name: str, import_name: str, *, url_prefix: str, description: str
    ) -> None: ...
    def arguments(self, schema: Schema, *, location: str = "json") -> Callable[[_View], _View]: ...
    def response(
        self,
        status_code: int,
        schema: type[Schema] | None = None,
        *,
        content_type: str = ...,
        headers: dict[str, Any] = ...,
    ) -> Callable[[_View], _View]: ...
    def register_views_in_doc(
        self, api: Api, app: Flask, spec: APISpec, *, name: str, parameters: None
    ) -> None: ...
    @staticmethod
    def doc(**kwargs: Any) -> Callable[[_View], _View]: ...
