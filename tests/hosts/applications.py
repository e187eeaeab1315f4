"""Running applications: Django's admin and JupyterLab."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Cookie

from tests.hosts.host import Host, process

NAME, PASSWORD = "ada", "lapsang-souchong"

DJANGO_SETTINGS = """
ALLOWED_HOSTS = ["localhost"]
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""
DJANGO_PEOPLE = f"""
from django.contrib.auth.models import User
User.objects.create_superuser({NAME!r}, "ada@localhost", {PASSWORD!r})
names = [f"guest{{number}}" for number in range(30)]
User.objects.bulk_create(User(username=name, email=f"{{name}}@localhost") for name in names)
"""
ADMIN_TEMPLATE = """{% extends "admin/base_site.html" %}
{% block extrahead %}{{ block.super }}TAG{% endblock %}
"""

JUPYTERLAB_SETTINGS = """
import pathlib
c.ServerApp.token = ""
c.ServerApp.password = ""
c.ServerApp.allow_root = True
c.ServerApp.open_browser = False
c.ServerApp.port_retries = 0
c.LabApp.news_url = None
here = pathlib.Path(__file__).parent
c.LabApp.templates_dir = str(here / "templates")
c.LabApp.app_settings_dir = str(here / "settings")
c.LabApp.workspaces_dir = str(here / "workspaces")
"""
JUPYTERLAB_WORKSPACE = '{"data": {}, "metadata": {"id": "default"}}'
JUPYTERLAB_OVERRIDES = """
{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
"""


@contextmanager
def django_admin(folder: Path, port: int, tag: str) -> Iterator[str]:
    """Serve a new Django project with the tag in the admin's base template; yield its URL."""
    manage = [sys.executable, str(folder / "manage.py")]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    _run([sys.executable, "-m", "django", "startproject", "tea", str(folder)], environment)
    with (folder / "tea/settings.py").open("a") as settings:
        settings.write(DJANGO_SETTINGS)
    template = folder / "templates/admin/base_site.html"
    template.parent.mkdir(parents=True)
    template.write_text(ADMIN_TEMPLATE.replace("TAG", tag))
    _run([*manage, "migrate", "-v", "0"], environment)
    _run([*manage, "shell", "-v", "0", "-c", DJANGO_PEOPLE], environment)
    serve = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    admin = f"http://localhost:{port}/admin"
    with process(serve, f"{admin}/login/", folder, environment):
        yield admin


def login_page(admin: str) -> Host:
    """The login page, which takes the focus at once."""
    return Host(f"{admin}/login/?next=/admin/", ready="input[name=username]")


def list_page(admin: str, new_context: Callable[[], BrowserContext]) -> Host:
    """The list of users, for a logged-in user."""
    cookies = _log_in(login_page(admin), new_context())
    return Host(f"{admin}/auth/user/", ready="#result_list", cookies=cookies)


def _log_in(login: Host, context: BrowserContext) -> tuple[Cookie, ...]:
    login.enter(context)
    login.without_tag(context)
    page = context.new_page()
    page.goto(login.url)
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation(wait_until="commit"):
        page.keyboard.press("Enter")
    cookies = tuple(cookie for cookie in context.cookies() if cookie.get("name") == "sessionid")
    context.close()
    assert cookies
    return cookies


@contextmanager
def jupyterlab(folder: Path, port: int, tag: str) -> Iterator[Host]:
    """Serve JupyterLab with the tag in its page template and its news check off."""
    for name in ("templates", "settings", "workspaces", "files"):
        (folder / name).mkdir()
    original = Path(sys.prefix, "share/jupyter/lab/static/index.html").read_text()
    (folder / "templates/index.html").write_text(original.replace("</head>", f"{tag}</head>", 1))
    (folder / "settings/overrides.json").write_text(JUPYTERLAB_OVERRIDES)
    # Without a workspace, JupyterLab would create one at the first visit and show it at the second.
    (folder / "workspaces/default-37a8.jupyterlab-workspace").write_text(JUPYTERLAB_WORKSPACE)
    (folder / "jupyter_lab_config.py").write_text(JUPYTERLAB_SETTINGS)
    serve = [
        *(sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder / 'files'}"),
    ]
    environment = {
        **os.environ,
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    address = f"http://localhost:{port}/lab"
    with process(serve, address, folder, environment):
        yield Host(address, ready=".jp-LauncherCard")


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
