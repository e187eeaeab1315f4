"""The shop's project in Sayso: created at the first start, kept in a file in the data directory."""

from __future__ import annotations

import http
import json
import os
import secrets
import subprocess
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo.ports import candidates
from demo.sayso_command import sayso

NAME = "Teahouse"
ACCENT = "#a8552b"
ANSWER_WITHIN = 10.0  # seconds

SURVEYS = {
    "After an order": ("csat", "order_completed"),
    "After a call to support": ("ces", "support_called"),
    "Regulars": ("nps", "came_back"),
}
"""Name → template, and the event that triggers it."""


class ProjectUnusable(Exception):
    """The kept project cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Project:
    """The output of `sayso create-project`, and the shop's own session key."""

    id: str
    public_key: str
    secret_key: str
    identity_secret: str
    origins: tuple[str, ...]
    session_key: str

    def must_allow(self, shop_url: str) -> None:
        """Raise ProjectUnusable unless surveys may appear in the shop at this address."""
        if shop_url not in self.origins:
            local = [origin for origin in self.origins if "localhost" in origin]
            ports = ", ".join(str(urlsplit(origin).port) for origin in local)
            raise ProjectUnusable(
                f"The project kept here allows surveys on the ports {ports}, not on {shop_url}. "
                "Name one of them with --shop-port, or another --data-dir."
            )

    def shop_settings(self, sayso_url: str) -> dict[str, str]:
        """The environment of the shop."""
        return {
            **os.environ,
            "TEAHOUSE_SAYSO_HOST": sayso_url,
            "TEAHOUSE_SAYSO_SECRET_KEY": self.secret_key,
            "TEAHOUSE_SAYSO_PUBLIC_KEY": self.public_key,
            "TEAHOUSE_SAYSO_IDENTITY_SECRET": self.identity_secret,
            "TEAHOUSE_SESSION_KEY": self.session_key,
        }


def kept_project(data_dir: Path) -> Project | None:
    """The project from an earlier start. Raises ProjectUnusable when its file cannot be read."""
    kept = _file(data_dir)
    try:
        values = json.loads(kept.read_text())
        return Project(**{**values, "origins": tuple(values["origins"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise _begin_anew(data_dir, f"{kept} cannot be read ({error})") from error


def create_project(data_dir: Path, settings: dict[str, str], shop_port: int) -> Project:
    """Create the project and keep its keys, readable only by this user."""
    origins = tuple(
        f"http://{host}:{port}"
        for host in ("localhost", "127.0.0.1")
        for port in candidates(shop_port)
    )
    options = [word for origin in origins for word in ("--origin", origin)]
    try:
        made = json.loads(sayso("create-project", NAME, *options, "--json", settings=settings))
    except subprocess.CalledProcessError as error:
        raise ProjectUnusable(f"The project could not be created.\n{error.stderr}") from error
    project = Project(
        id=made["project"],
        public_key=made["public_key"],
        secret_key=made["secret_key"],
        identity_secret=made["identity_secret"],
        origins=origins,
        session_key=secrets.token_hex(32),
    )
    _keep(_file(data_dir), json.dumps(asdict(project), indent=2))
    return project


def ensure_surveys(sayso_url: str, project: Project) -> None:
    """Create and publish missing surveys through the public API.

    Raises ProjectUnusable when the server refuses the key or a survey, or does not answer.
    """
    try:
        surveys = _call(sayso_url, project, "GET", "")["surveys"]
        existing = {survey["name"]: survey for survey in surveys}
        for name, (template, event) in SURVEYS.items():
            survey = existing.get(name) or _call(
                sayso_url, project, "POST", "", _definition(name, template, event)
            )
            if survey["state"] == "draft":
                _call(sayso_url, project, "POST", f"/{survey['id']}/publish")
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.UNAUTHORIZED:
            raise ProjectUnusable(
                "Sayso does not know the project that is kept beside its database (project.json); "
                "remove that file to begin anew."
            ) from error
        reply = error.read().decode(errors="replace")
        message = f"Sayso refused the demo's surveys ({error.code}): {reply}"
        raise ProjectUnusable(message) from error
    except OSError as error:
        raise ProjectUnusable(f"Sayso ended while the surveys were made ({error}).") from error


def login_link(settings: dict[str, str], project: Project) -> str:
    """A one-time link to the results. Raises ProjectUnusable."""
    try:
        return sayso("login-link", project.id, settings=settings)
    except subprocess.CalledProcessError as error:
        raise ProjectUnusable(f"No link to the results.\n{error.stderr}") from error


def _definition(name: str, template: str, event: str) -> dict[str, Any]:
    return {
        "name": name,
        "template": template,
        "trigger": {"event": event},
        # The demo may show all three surveys at once; a real project would wait some days.
        "throttle": {"cool_down_days": 0},
        "theme": {"accent": ACCENT},
    }


def _call(
    sayso_url: str, project: Project, method: str, path: str, body: dict[str, Any] | None = None
) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{sayso_url}/v1/surveys{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {project.secret_key}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as reply:  # noqa: S310 - our own address
        return json.load(reply)


def _file(data_dir: Path) -> Path:
    return data_dir / "project.json"


def _keep(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Replace atomically: an interruption leaves either no file or a complete one.
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as output:
        output.write(text)
    draft.replace(file)


def _begin_anew(data_dir: Path, why: str) -> ProjectUnusable:
    return ProjectUnusable(f"{why}; remove {data_dir} to begin anew.")
