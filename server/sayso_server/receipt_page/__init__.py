"""The page for respondents: read, change or delete one's own answer."""

from flask import Flask

from sayso_server.receipt_page.answer import pages


def register(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(pages)
