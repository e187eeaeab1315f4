"""Pages for members: a one-time link opens the results of a project; `/docs` describes the API.

The content of the pages is computed in `charts`, `figures`, `wording`, `question_results` and
`reference`. These are pure: standard library, pure packages and siblings, no IO, no clock.
"""

from flask import Flask

from sayso_server.dashboard import docs, login, results  # noqa: F401  # each registers its views
from sayso_server.dashboard.blueprint import dashboard


def register(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(dashboard)
