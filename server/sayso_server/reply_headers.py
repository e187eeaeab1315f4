"""Headers of every reply, errors included. What may be cached says so itself."""

from flask import Flask, Response

# A year, browsers' usual choice. Not of subdomains: they may belong to other services.
HTTPS_ONLY = "max-age=31536000"


def register(app: Flask, *, https: bool) -> None:
    """Add the headers to whatever the application answers."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        if https:
            response.headers["Strict-Transport-Security"] = HTTPS_ONLY
        return response
