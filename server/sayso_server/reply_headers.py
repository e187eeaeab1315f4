"""Headers for every reply, including errors. A view with cacheable replies sets its own
`Cache-Control`."""

from flask import Flask, Response

# A year, as browsers recommend. No includeSubDomains: subdomains may be other services.
HTTPS_ONLY = "max-age=31536000"


def register(app: Flask, *, https: bool) -> None:
    """Add the headers to every reply of the application."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        if https:
            response.headers["Strict-Transport-Security"] = HTTPS_ONLY
        return response
