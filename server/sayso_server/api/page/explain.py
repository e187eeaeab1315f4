"""What `sayso.debug()` shows: how each rule of each live survey stands for this visitor, here."""

from typing import Any

from marshmallow import Schema, fields, validate

from sayso_server.api import explained
from sayso_server.api.access import page_call
from sayso_server.api.debug_token import check_debug_token
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import CallFromPage, Reply
from sayso_server.api.page.visit import visit
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Unauthorized
from sayso_server.storage import people
from sayso_server.storage.directory import Live, page_name
from sayso_server.storage.explaining import Explained, explain


class Explain(CallFromPage):
    debug = fields.String(
        required=True,
        validate=validate.Length(1, 1024),
        metadata={"description": "A token of `sayso debug-token`, valid for minutes"},
    )


class Outcome(Schema):
    reason = fields.String(required=True)
    because = fields.String(required=True)
    remedy = fields.String(required=True)


class CheckOutput(Outcome):
    passed = fields.Boolean(required=True)
    saw = fields.Dict(required=True)
    until = fields.String(required=True, allow_none=True)


class SurveyExplained(Schema):
    survey = fields.UUID(required=True)
    rule = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    trigger = fields.Dict(required=True)
    decision = fields.Nested(Outcome, required=True)
    checks = fields.List(fields.Nested(CheckOutput), required=True)


class WhoExplained(Schema):
    user_id = fields.String(required=True, allow_none=True)
    known = fields.Boolean(required=True)


class ExplainReply(Reply):
    person = fields.Nested(WhoExplained, required=True)
    surveys = fields.List(fields.Nested(SurveyExplained), required=True)


@blueprint.route("/explain", methods=["POST"])
@blueprint.arguments(Explain())
@may_refuse(Unauthorized)
@blueprint.response(200, ExplainReply)
def explain_page(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """How each live survey stands for this visitor, rule by rule. Nothing is asked or stored."""
    page = page_call(call["token"])
    check_debug_token(page.project, call["debug"], page.parts.settings.secret_key, page.now)
    live = page.parts.directory.live(page.project, page.now)
    with page.parts.store.view(page.project.id, page.now) as tx:
        known = people.find_page_person(tx, call["visitor"], page.user_id)
        found = explain(tx, live, known, visit(call, page))
    return page.reply(
        person={"user_id": page.user_id, "known": known is not None},
        surveys=[_survey(one, live) for one in found],
    )


def _survey(one: Explained, live: Live) -> dict[str, Any]:
    names = {str(survey): published.name for survey, published in live.published.items()}
    return {
        "survey": one.survey.id,
        "rule": page_name(one.survey.id),
        "name": names[str(one.survey.id)],
        "state": "live",
        "trigger": live.published[one.survey.id].definition["trigger"],
        "decision": explained.outcome(one, names),
        "checks": [explained.check(check, names) for check in one.checks],
    }
