"""What a project says of all its surveys: how often, when, and whom never."""

from collections.abc import Collection, Mapping, Sequence
from datetime import time
from ipaddress import ip_network
from typing import Any

from marshmallow import fields, validate, validates_schema

from sayso_server.administration import projects
from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.condition_schemas import conditions
from sayso_server.api.backend.preconditions import (
    ETAG,
    checks_if_match,
    precondition,
    tag_of,
    tagged,
)
from sayso_server.api.backend.throttle_schemas import CoolDown
from sayso_server.api.backend.typed import Typed
from sayso_server.api.fields import Form, List, Means, Number, TrueOrFalse, UserId, WholeNumber
from sayso_server.api.json_forms import CLOCK_TIME
from sayso_server.api.messages import Meaningless
from sayso_server.decision.compile import compile_condition
from sayso_server.decision.contradictions import contradictions
from sayso_server.decision.page_rules import LONGEST, problem
from sayso_server.errors import Invalid
from sayso_server.storage.past import zone_named
from sayso_server.storage.projects import COOL_DOWN_DAYS

NETWORKS_AT_MOST = 100


# Without a zone, which is the person's own.
_CLOCK_TIME = Form(CLOCK_TIME, error="Send a time of the day without a zone, as 21:00.")


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


_NETWORK = Means("Send a network, as 192.0.2.0/24.", _is_network)
_ZONE = Means("Send a zone's name, as Europe/Vilnius.", lambda name: zone_named(name) is not None)


class QuietHours(Typed):
    """Wall-clock hours of the person's own zone, over midnight when `from` lies after `to`."""

    start = fields.String(data_key="from", required=True, validate=_CLOCK_TIME)
    end = fields.String(data_key="to", required=True, validate=_CLOCK_TIME)

    @validates_schema
    def _some_hours(self, data: Mapping[str, Any], **_: Any) -> None:
        if time.fromisoformat(data["start"]) == time.fromisoformat(data["end"]):
            raise Meaningless("Is when it begins; nobody can tell never from always.", "to")


class Staff(Typed):
    """The project's own people, who are never asked: by attribute or by network."""

    attributes = conditions()
    networks = List(
        fields.String(validate=_NETWORK), validate=validate.Length(max=NETWORKS_AT_MOST)
    )


class ExcludedPage(Typed):
    match = fields.String(required=True, validate=validate.OneOf(["exact", "prefix", "contains"]))
    value = fields.String(required=True, validate=validate.Length(1, LONGEST))


class TestMode(Typed):
    """The real flow for named testers: throttles are off for them, their answers kept apart."""

    on = TrueOrFalse(required=True)
    testers = List(UserId(), validate=validate.Length(max=100))


class Policy(Typed):
    cool_down_days = CoolDown()
    quiet_hours = fields.Nested(QuietHours)
    time_zone = fields.String(
        validate=_ZONE, metadata={"description": "Of people whose own zone is unknown; else UTC"}
    )
    staff = fields.Nested(Staff)
    holdout_percent = Number(validate=validate.Range(0, 50))
    excluded_pages = List(fields.Nested(ExcludedPage), validate=validate.Length(max=50))
    country_header = fields.String(
        validate=Form(r"^[A-Za-z0-9-]{1,64}$", error="Send a header's name."),
        metadata={"description": "Set by the project's own proxy, as CF-IPCountry"},
    )
    settle_seconds = Number(
        validate=validate.Range(0, 30),
        metadata={
            "description": "How long a page that has just come, or a new route, is left alone; "
            "3 when left out"
        },
    )
    test_mode = fields.Nested(TestMode)
    decisions_kept_days = WholeNumber(
        validate=validate.Range(1, 3_650),
        metadata={"description": "How long the ledger keeps decisions; 400 when left out"},
    )


@blueprint.route("/policy")
@blueprint.response(200, Policy, headers=ETAG)
def get_policy() -> Any:
    """What the project says of all its surveys."""
    policy = backend_call("read").project.policy
    return _read(policy), 200, tagged(tag_of(policy))


@blueprint.route("/policy", methods=["PUT"])
@checks_if_match
@blueprint.arguments(Policy())
@blueprint.response(200, Policy, headers=ETAG)
def put_policy(call: dict[str, Any]) -> Any:
    """Replace it, whole; open pages follow within a second."""
    backend, expected = backend_call("manage"), precondition()
    _check_staff(call.get("staff", {}))
    _check_pages(call.get("excluded_pages", ()), backend.project.origins)
    policy = _kept(call)
    kept = projects.set_policy(
        backend.parts.store,
        backend.project.id,
        policy,
        backend.actor,
        backend.now,
        check=expected.check_value,
    )
    backend.parts.directory.forget()
    return _read(kept), 200, tagged(tag_of(kept))


def _check_staff(staff: Mapping[str, Any]) -> None:
    dead = contradictions(compile_condition(staff.get("attributes", ())))
    if dead:
        raise Invalid("Nobody could ever be staff.", errors={"staff.attributes": dead})


def _check_pages(excluded: Sequence[Mapping[str, str]], origins: Collection[str]) -> None:
    dead = {
        f"excluded_pages.{place}.value": [said]
        for place, one in enumerate(excluded)
        if (said := problem(one["match"], one["value"], origins)) is not None
    }
    if dead:
        raise Invalid("Some pages could never be excluded.", errors=dead)


def _kept(call: Mapping[str, Any]) -> dict[str, Any]:
    """As it is stored and compiled: with the names of the wire."""
    quiet = call.get("quiet_hours")
    named = {"quiet_hours": {"from": quiet["start"], "to": quiet["end"]}} if quiet else {}
    return {"cool_down_days": COOL_DOWN_DAYS, **call, **named}


def _read(policy: Mapping[str, Any]) -> dict[str, Any]:
    quiet = policy.get("quiet_hours")
    named = {"quiet_hours": {"start": quiet["from"], "end": quiet["to"]}} if quiet else {}
    return {**policy, **named}
