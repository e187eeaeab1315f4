"""Pages for members: a one-time link opens the results of a project; `/docs` describes the API.

Only `charts`, `figures`, `wording` and `reference` know what a page says, and they are pure:
standard library, the scoring room and siblings, no input or output, no clock.
"""

from flask import Flask

from sayso_server.dashboard import docs as _docs  # noqa: F401  # adds its routes
from sayso_server.dashboard import login as _login  # noqa: F401  # adds its routes
from sayso_server.dashboard import results as _results  # noqa: F401  # adds its routes
from sayso_server.dashboard.blueprint import dashboard


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(dashboard)
