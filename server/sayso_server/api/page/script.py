"""Serves the script with the page rules inside, the rules without the script, and the files that
the script loads on demand."""

import json
import re
from functools import lru_cache
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response

from sayso_server import widget_build
from sayso_server.api.access import public_project
from sayso_server.api.page import blueprint
from sayso_server.asking.project_cache import LiveSurveys, page_name
from sayso_server.compressed import compressed
from sayso_server.dependencies import dependencies
from sayso_server.errors import NotFound
from sayso_server.storage.projects.projects import Project
from sayso_server.storage.widget import widget_files

RULES = "__SAYSO_RULES__"
NAME = re.compile(r"[a-z]+\.[0-9a-f]{8}\.js")
SHORTLY = "public, max-age=60, stale-while-revalidate=600"
FOREVER = "public, max-age=31536000, immutable"
# The loader itself checks these on a page view (a lifecycle survey can be due on any page view). A
# file that the loader loads on demand watches the other kinds.
VIEWS = ("page_view", "lifecycle")
MOMENTS = ("click", "exit_intent", "scroll", "time_on_page", "inactivity", "embed", "button")
OF_MOMENTS = ("kind", "selector", "text", "percent", "seconds")
# The script's default, which is left out of the rules to keep them small.
SETTLE_SECONDS = 3

widget = PlainBlueprint("widget", __name__)


@blueprint.route("/sayso.js")
@blueprint.doc(responses={200: {"description": "The script", "content": {"text/javascript": {}}}})
def script(public_key: str) -> Response:
    """Get the script with the page rules of the live surveys inside."""
    current, project, now = public_project(public_key)
    rules = compact(page_rules(project, current.project_cache.live(project, now)))
    # `</script>` in the literal could end an inline script. json.dumps escapes all non-ASCII.
    safe = rules.replace("<", "\\u003c")
    return _for_pages(_script(safe), "text/javascript; charset=utf-8", SHORTLY)


@blueprint.route("/rules.json")
@blueprint.response(200)
def rules(public_key: str) -> Response:
    """Get the page rules alone, for bundled scripts and for pages that stay open."""
    current, project, now = public_project(public_key)
    text = compact(page_rules(project, current.project_cache.live(project, now)))
    return _for_pages(text, "application/json", SHORTLY)


@widget.route("/v1/widget/<string:name>")
def further(name: str) -> Response:
    """The popup and other files that a page loads on demand, from this build or from an earlier
    build that the page runs. The name contains a hash of the content."""
    content = widget_build.chunks().get(name) or _of_earlier_build(name)
    return _for_pages(content, "text/javascript; charset=utf-8", FOREVER)


@lru_cache(maxsize=256)
def _of_earlier_build(name: str) -> str:
    if NAME.fullmatch(name):
        with dependencies().store.read() as connection:
            content = widget_files.get(connection, name)
        if content is not None:
            return content
    raise NotFound("There is no such file; reload sayso.js.")


def page_rules(project: Project, live: LiveSurveys) -> dict[str, Any]:
    """Only the rules that the page checks, without audiences, questions and texts. Events that the
    server's rules use appear only by name."""
    triggers = [
        (page_name(survey), version.definition["trigger"])
        for survey, version in live.published.items()
    ]
    events = [trigger for _, trigger in triggers if trigger["kind"] == "event"]
    decided = {t["event"] for t in events if t.get("from") != "backend"}
    stored = {*project.tracked, *live.from_pages} - decided
    moments = [_moment(s, trigger) for s, trigger in triggers if trigger["kind"] in MOMENTS]
    excluded = project.policy.get("excluded_pages")
    return {
        "version": project.rules_version,
        "live": live.may_wake or any(trigger.get("from") != "page" for trigger in events),
        "events": sorted(decided),
        "tracked": [] if project.paused else sorted(stored),
        "views": [_view(s, trigger) for s, trigger in triggers if trigger["kind"] in VIEWS],
        **({"moments": moments} if moments else {}),
        **({"excluded": excluded} if excluded else {}),
        **({"zone": True} if project.policy.get("quiet_hours") else {}),
        **({"consent": "wait"} if project.policy.get("consent") else {}),
        **_settling(project.policy.get("settle_seconds", SETTLE_SECONDS)),
    }


def _settling(seconds: float) -> dict[str, Any]:
    return {} if seconds == SETTLE_SECONDS else {"settle": round(seconds * 1_000)}


def compact(rules: dict[str, Any]) -> str:
    """The rules as compact JSON."""
    return json.dumps(rules, separators=(",", ":"))


def _moment(survey: str, trigger: dict[str, Any]) -> dict[str, Any]:
    own = {name: trigger[name] for name in OF_MOMENTS if name in trigger}
    return {"survey": survey, **trigger.get("url", {}), **own}


def _view(survey: str, trigger: dict[str, Any]) -> dict[str, Any]:
    return {
        "survey": survey,
        **trigger.get("url", {}),
        **({"delay": trigger["delay"]} if trigger.get("delay") else {}),
    }


@lru_cache(maxsize=256)
def _script(rules: str) -> str:
    return widget_build.loader().replace(RULES, rules)


def _for_pages(text: str, content_type: str, cache_control: str) -> Response:
    response = compressed(text, content_type, cache_control)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
