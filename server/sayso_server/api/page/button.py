"""Whether to show the feedback button to this person, and its label."""

from typing import Any

from marshmallow import Schema, fields, validate

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.fields import ID, Identifier, List
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import SURVEYS_AT_MOST, CallFromPage, ReplySchema
from sayso_server.api.page.visit import visit
from sayso_server.api.refusals import may_refuse
from sayso_server.asking.situation import NOBODY, load_person, situation_of
from sayso_server.decision.eligibility import decide_to_offer, in_order
from sayso_server.decision.rules import SurveyRules
from sayso_server.errors import Unauthorized
from sayso_server.questionnaire.button import render_button
from sayso_server.questionnaire.rendering import choose_language
from sayso_server.storage.people import people


class WantButton(CallFromPage):
    surveys = List(
        Identifier(validate=ID),
        required=True,
        validate=validate.Length(1, SURVEYS_AT_MOST),
        metadata={"description": "The surveys whose button rules matched on the page"},
    )


class Button(Schema):
    survey = fields.String(required=True)
    label = fields.String(required=True)
    language = fields.String(required=True)
    direction = fields.String(required=True)
    side = fields.String(required=True, validate=validate.OneOf(["start", "end"]))
    theme = fields.Dict(keys=fields.String(), values=fields.String())


class ButtonReply(ReplySchema):
    button = fields.Nested(Button, required=True, allow_none=True)


@blueprint.route("/button", methods=["POST"])
@blueprint.arguments(WantButton())
@may_refuse(Unauthorized)
@blueprint.response(200, ButtonReply)
def button(call: dict[str, Any], **_: str) -> dict[str, Any]:
    """Get the button for this person: the first survey by priority that they may open, and the
    label. Nothing is asked or stored."""
    page = page_call(call["token"])
    survey = _first_open(call, page)
    if survey is None:
        return page.reply(button=None)
    published = page.dependencies.project_cache.live(page.project, page.now).published[survey.id]
    language = choose_language(published.definition, [call["page"]["locale"]])
    return page.reply(button=render_button(survey.id, published.definition, language))


def _first_open(call: dict[str, Any], page: PageCall) -> SurveyRules | None:
    live = page.dependencies.project_cache.live(page.project, page.now)
    surveys = live.started_by("button", call["surveys"])
    if not surveys:
        return None
    with page.dependencies.store.view(page.project.id, page.now) as tx:
        known = people.find_page_person(tx, call["visitor"], page.user_id) or NOBODY
        at = situation_of(tx, load_person(tx, known), live, surveys, page=visit(call, page))
    offered = (survey for survey in in_order(surveys) if decide_to_offer(survey, at, live.policy))
    return next(offered, None)
