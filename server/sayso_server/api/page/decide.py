"""*Decide*: whether to ask this person, here and now, and with what."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.page import blueprint
from sayso_server.api.page.schemas import Decide, DecideReply
from sayso_server.decision.model import Decision, Moment, SurveyRules
from sayso_server.errors import Invalid
from sayso_server.questionnaire.rendering import choose_language, render
from sayso_server.storage import claims
from sayso_server.storage.claims import Caller, Outcome
from sayso_server.storage.directory import Live
from sayso_server.storage.invitations import Claim

Call = dict[str, Any]


@blueprint.route("/decide", methods=["POST"])
@blueprint.arguments(Decide())
@blueprint.response(200, DecideReply)
def decide(call: Call, **_: str) -> dict[str, Any]:
    """A trigger matched in the page, or an invitation waits: ask, or stay silent.

    The same trigger id asked again gets the same answer.
    """
    page = page_call(call["token"])
    live = page.parts.directory.live(page.project, page.now)
    caller = _caller(call, page)
    if call["trigger"]["kind"] == "invitation":
        work = partial(claims.claim_waiting, surveys=live.rules, caller=caller)
        return _reply(page, page.parts.store.transact(page.project.id, page.now, work), caller)
    moment = _moment(call["trigger"], page)
    asked = _asked_surveys(call["trigger"], live)
    if not asked or _silent_at_once(page, asked, moment, caller):
        return page.reply(ask=None)
    work = partial(claims.ask_for_moment, surveys=asked, moment=moment, caller=caller)
    return _reply(page, page.parts.store.transact(page.project.id, page.now, work), caller)


def _caller(call: Call, page: PageCall) -> Caller:
    user_id = page.user_id
    locale = call["page"]["locale"]
    claim = Claim(call["trigger"]["id"], locale, call["page"]["url"], user_id is not None)
    return Caller(call["visitor"], user_id, claim)


def _moment(trigger: Call, page: PageCall) -> Moment:
    if trigger["kind"] == "event" and not trigger["name"]:
        raise Invalid("An event has a name.", errors={"trigger.name": ["Send the event's name."]})
    name = trigger["name"] if trigger["kind"] == "event" else None
    return Moment(trigger["kind"], "page", page.now, name, trigger["properties"])


def _asked_surveys(trigger: Call, live: Live) -> tuple[SurveyRules, ...]:
    if trigger["kind"] == "event":
        return live.mentioning(trigger["name"])
    return live.viewed(trigger["surveys"])


def _silent_at_once(
    page: PageCall, asked: tuple[SurveyRules, ...], moment: Moment, caller: Caller
) -> bool:
    """A page view that will be silent anyway takes no lock and writes nothing."""
    if moment.kind != "page_view":
        return False
    with page.parts.store.view(page.project.id, page.now) as tx:
        outcome = claims.silent_anyway(tx, asked, moment, caller)
    if outcome is not None:
        _note(page, outcome)
    return outcome is not None


def _reply(page: PageCall, outcome: Outcome, caller: Caller) -> dict[str, Any]:
    _note(page, outcome)
    if outcome.waiting is not None and outcome.waiting_until is not None:
        seconds = max(outcome.waiting_until - page.now, timedelta()).total_seconds()
        return page.reply(ask=None, waiting={"invitation": outcome.waiting, "seconds": seconds})
    if outcome.secret is None or outcome.survey_id is None:
        return page.reply(ask=None)
    survey = _survey(page, outcome.survey_id, outcome.version, caller.claim.language)
    return page.reply(ask={"invitation": outcome.secret, "survey": survey})


def _survey(page: PageCall, survey_id: UUID, version: int, language: str) -> dict[str, Any]:
    directory = page.parts.directory
    definition = directory.version_of(page.project.id, survey_id, version, page.now)
    chosen = choose_language(definition, [language])
    return render(survey_id, definition, chosen)


def _note(page: PageCall, outcome: Outcome) -> None:
    noes: tuple[Decision, ...] = outcome.noes
    page.parts.silences.note(
        page.project.id,
        outcome.person,
        [(decision.survey_id, decision.reason) for decision in noes],
        page.now,
    )
