"""The script with the page rules inside, the rules alone, and the files it loads when needed."""

import json
import re
from functools import lru_cache
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response, request

from sayso_server import widget_build
from sayso_server.api.access import public_project
from sayso_server.api.page import blueprint
from sayso_server.compressed import compressed
from sayso_server.errors import NotFound
from sayso_server.parts import parts
from sayso_server.storage import widget_files
from sayso_server.storage.directory import Live, page_name
from sayso_server.storage.projects import Project

RULES = "__SAYSO_RULES__"
NAME = re.compile(r"[a-z]+\.[0-9a-f]{8}\.js")
SHORTLY = "public, max-age=60, stale-while-revalidate=600"
FOREVER = "public, max-age=31536000, immutable"
# A cadence is looked at whenever a page is viewed; the rest is watched for by a file of its own.
VIEWS = ("page_view", "lifecycle")
MOMENTS = ("click", "exit_intent", "scroll", "time_on_page", "inactivity", "embed", "button")
OF_MOMENTS = ("kind", "selector", "text", "percent", "seconds")
# What the script itself takes for granted: few projects pay for saying otherwise.
SETTLE_SECONDS = 3

widget = PlainBlueprint("widget", __name__)


@blueprint.route("/sayso.js")
@blueprint.doc(responses={200: {"description": "The script", "content": {"text/javascript": {}}}})
def script(public_key: str) -> Response:
    """The script with the page rules of the live surveys inside."""
    found, project, now = public_project(public_key)
    rules = compact(page_rules(project, found.directory.live(project, now)))
    # The literal stands inside a script, which only this could end early: all of JSON is ASCII.
    safe = rules.replace("<", "\\u003c")
    return _for_pages(_script(safe), "text/javascript; charset=utf-8", SHORTLY)


@blueprint.route("/rules.json")
@blueprint.response(200)
def rules(public_key: str) -> Response:
    """The page rules alone, for bundled scripts and for pages that stay open."""
    found, project, now = public_project(public_key)
    text = compact(page_rules(project, found.directory.live(project, now)))
    return _for_pages(text, "application/json", SHORTLY)


@widget.route("/v1/widget/<string:name>")
def further(name: str) -> Response:
    """The popup's code, and whatever else a page loads only when it needs it, of this build or of
    an earlier one that the page is of; the names change with the content."""
    content = widget_build.further().get(name) or _of_earlier_build(name)
    return _for_pages(content, "text/javascript; charset=utf-8", FOREVER)


@lru_cache(maxsize=256)
def _of_earlier_build(name: str) -> str:
    if NAME.fullmatch(name):
        with parts().store.read() as connection:
            content = widget_files.get(connection, name)
        if content is not None:
            return content
    raise NotFound("There is no such file; load sayso.js anew.")


def further_url(part: str) -> str:
    """Where one of these files lies."""
    return f"{request.script_root}/v1/widget/{widget_build.name_of(part)}"


def page_rules(project: Project, live: Live) -> dict[str, Any]:
    """What must be checked on the page, and nothing else: no audience, no question, no text. Of the
    events that rules read there are names alone."""
    triggers = [
        (page_name(survey), one.definition["trigger"]) for survey, one in live.published.items()
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
    """As the rules travel."""
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
