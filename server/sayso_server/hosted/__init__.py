"""Pages of ours for whoever is asked: the way to one's own answer."""

from flask import Flask

from sayso_server.hosted.answer import pages


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(pages)
