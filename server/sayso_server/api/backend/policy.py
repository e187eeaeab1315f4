"""The project's policy for all its surveys: how often, when, and who is never asked."""

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
from sayso_server.api.backend.strict_schema import StrictSchema
from sayso_server.api.backend.throttle_schemas import CoolDown
from sayso_server.api.fields import Form, List, Means, Number, TrueOrFalse, UserId, WholeNumber
from sayso_server.api.messages import Meaningless
from sayso_server.decision.compile import compile_condition
from sayso_server.decision.contradictions import contradictions
from sayso_server.decision.page_rules import LONGEST, problem
from sayso_server.errors import Invalid
from sayso_server.storage.history.person_history import zone_named
from sayso_server.storage.projects.projects import COOL_DOWN_DAYS
from sayso_server.text_patterns import CLOCK_TIME

NETWORKS_AT_MOST = 100


# Without a zone: the time applies in the person's own zone.
_CLOCK_TIME = Form(CLOCK_TIME, error="Send a time of the day without a zone, as 21:00.")


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


_NETWORK = Means("Send a network, as 192.0.2.0/24.", _is_network)
_ZONE = Means("Send a zone's name, as Europe/Vilnius.", lambda name: zone_named(name) is not None)


class QuietHoursSchema(StrictSchema):
    """Hours in the person's own time zone. They span midnight if `from` is later than `to`."""

    start = fields.String(data_key="from", required=True, validate=_CLOCK_TIME)
    end = fields.String(data_key="to", required=True, validate=_CLOCK_TIME)

    @validates_schema
    def _some_hours(self, data: Mapping[str, Any], **_: Any) -> None:
        if time.fromisoformat(data["start"]) == time.fromisoformat(data["end"]):
            raise Meaningless("Is the same time as `from`; send another one.", "to")


class Staff(StrictSchema):
    """The project's own staff, who are never asked, by attribute or by network."""

    attributes = conditions()
    networks = List(
        fields.String(validate=_NETWORK), validate=validate.Length(max=NETWORKS_AT_MOST)
    )


class ExcludedPage(StrictSchema):
    match = fields.String(required=True, validate=validate.OneOf(["exact", "prefix", "contains"]))
    value = fields.String(required=True, validate=validate.Length(1, LONGEST))


class TestMode(StrictSchema):
    """Testers get the real flow without throttles; their answers are counted separately."""

    on = TrueOrFalse(required=True)
    testers = List(UserId(), validate=validate.Length(max=100))


class PolicySchema(StrictSchema):
    cool_down_days = CoolDown()
    quiet_hours = fields.Nested(QuietHoursSchema)
    time_zone = fields.String(
        validate=_ZONE,
        metadata={"description": "For people whose own time zone is unknown; UTC by default"},
    )
    staff = fields.Nested(Staff)
    holdout_percent = Number(validate=validate.Range(0, 50))
    excluded_pages = List(fields.Nested(ExcludedPage), validate=validate.Length(max=50))
    country_header = fields.String(
        validate=Form(r"^[A-Za-z0-9-]{1,64}$", error="Send a header's name."),
        metadata={"description": "A header that the project's own proxy sets, as CF-IPCountry"},
    )
    settle_seconds = Number(
        validate=validate.Range(0, 30),
        metadata={
            "description": "Seconds after a page load or a new route in which nothing is shown; "
            "3 by default"
        },
    )
    consent = fields.String(
        validate=validate.OneOf(["wait"]),
        metadata={
            "description": "`wait`: pages store, read and send nothing until they call "
            "`sayso.consent()`, whatever their tags say"
        },
    )
    test_mode = fields.Nested(TestMode)
    decisions_kept_days = WholeNumber(
        validate=validate.Range(1, 3_650),
        metadata={"description": "How long the ledger keeps decisions; 400 by default"},
    )


@blueprint.route("/policy")
@blueprint.response(200, PolicySchema, headers=ETAG)
def get_policy() -> Any:
    """Get the project's policy, which applies to all its surveys."""
    policy = backend_call("read").project.policy
    return _for_reply(policy), 200, tagged(tag_of(policy))


@blueprint.route("/policy", methods=["PUT"])
@checks_if_match
@blueprint.arguments(PolicySchema())
@blueprint.response(200, PolicySchema, headers=ETAG)
def put_policy(call: dict[str, Any]) -> Any:
    """Replace the whole policy. Open pages are updated within a second."""
    backend, expected = backend_call("manage"), precondition()
    _check_staff(call.get("staff", {}))
    _check_pages(call.get("excluded_pages", ()), backend.project.origins)
    policy = _for_storage(call)
    stored = projects.set_policy(
        backend.dependencies.store,
        backend.project.id,
        policy,
        backend.actor,
        backend.now,
        check=expected.check_value,
    )
    backend.dependencies.project_cache.forget()
    return _for_reply(stored), 200, tagged(tag_of(stored))


def _check_staff(staff: Mapping[str, Any]) -> None:
    dead = contradictions(compile_condition(staff.get("attributes", ())))
    if dead:
        raise Invalid("Nobody could ever be staff.", errors={"staff.attributes": dead})


def _check_pages(excluded: Sequence[Mapping[str, str]], origins: Collection[str]) -> None:
    dead = {
        f"excluded_pages.{index}.value": [message]
        for index, page in enumerate(excluded)
        if (message := problem(page["match"], page["value"], origins)) is not None
    }
    if dead:
        raise Invalid("Some pages could never be excluded.", errors=dead)


def _for_storage(call: Mapping[str, Any]) -> dict[str, Any]:
    """Rename the schema's fields to those of the JSON, which the stored policy uses."""
    quiet = call.get("quiet_hours")
    renamed = {"quiet_hours": {"from": quiet["start"], "to": quiet["end"]}} if quiet else {}
    return {"cool_down_days": COOL_DOWN_DAYS, **call, **renamed}


def _for_reply(policy: Mapping[str, Any]) -> dict[str, Any]:
    quiet = policy.get("quiet_hours")
    renamed = {"quiet_hours": {"start": quiet["from"], "end": quiet["to"]}} if quiet else {}
    return {**policy, **renamed}
