"""What `sayso.debug()` shows: for each live survey, which rules pass for this visitor on this
page."""

from typing import Any

from marshmallow import Schema, fields, validate

from sayso_server.api.access import page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import CallFromPage, ReplySchema
from sayso_server.api.page.visit import visit
from sayso_server.api.refusals import may_refuse
from sayso_server.asking import explain_in_words
from sayso_server.asking.explain import Explained, explain
from sayso_server.asking.project_cache import LiveSurveys, page_name
from sayso_server.errors import Unauthorized
from sayso_server.storage.people import people
from sayso_server.tokens.debug import check_debug_token


class Explain(CallFromPage):
    debug = fields.String(
        required=True,
        validate=validate.Length(1, 1024),
        metadata={"description": "A token of `sayso debug-token`, valid for minutes"},
    )


class OutcomeSchema(Schema):
    reason = fields.String(required=True)
    because = fields.String(required=True)
    remedy = fields.String(required=True)


class CheckOutput(OutcomeSchema):
    passed = fields.Boolean(required=True)
    saw = fields.Dict(required=True)
    until = fields.String(required=True, allow_none=True)


class SurveyExplained(Schema):
    survey = fields.UUID(required=True)
    rule = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    trigger = fields.Dict(required=True)
    decision = fields.Nested(OutcomeSchema, required=True)
    checks = fields.List(fields.Nested(CheckOutput), required=True)


class WhoExplained(Schema):
    user_id = fields.String(required=True, allow_none=True)
    known = fields.Boolean(required=True)


class ExplainReply(ReplySchema):
    person = fields.Nested(WhoExplained, required=True)
    surveys = fields.List(fields.Nested(SurveyExplained), required=True)


@blueprint.route("/explain", methods=["POST"])
@blueprint.arguments(Explain())
@may_refuse(Unauthorized)
@blueprint.response(200, ExplainReply)
def explain_page(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Explain for each live survey whether this visitor would be asked, rule by rule. Nothing is
    asked or stored."""
    page = page_call(call["token"])
    check_debug_token(page.project, call["debug"], page.dependencies.settings.secret_key, page.now)
    live = page.dependencies.project_cache.live(page.project, page.now)
    with page.dependencies.store.view(page.project.id, page.now) as tx:
        known = people.find_page_person(tx, call["visitor"], page.user_id)
        explained = explain(tx, live, known, visit(call, page))
    return page.reply(
        person={"user_id": page.user_id, "known": known is not None},
        surveys=[_survey(survey, live) for survey in explained],
    )


def _survey(explained: Explained, live: LiveSurveys) -> dict[str, Any]:
    names = {str(survey): published.name for survey, published in live.published.items()}
    survey_id = explained.survey.id
    return {
        "survey": survey_id,
        "rule": page_name(survey_id),
        "name": names[str(survey_id)],
        "state": "live",
        "trigger": live.published[survey_id].definition["trigger"],
        "decision": explain_in_words.outcome(explained, names),
        "checks": [explain_in_words.check_in_words(check, names) for check in explained.checks],
    }
