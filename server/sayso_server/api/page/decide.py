"""*Decide*: whether to ask this person, here and now, and with what."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sayso_server.api.access import PageCall, page_call
from sayso_server.api.clock_skew import corrected, plausible
from sayso_server.api.page import blueprint
from sayso_server.api.page.events import check_collected, is_collected, store_collected
from sayso_server.api.page.schemas import Decide, DecideReply
from sayso_server.api.page.until import seconds_until
from sayso_server.api.page.visit import visit
from sayso_server.api.refusals import may_refuse
from sayso_server.decision.facts import EMBED, Kind, Moment
from sayso_server.decision.rules import SurveyRules
from sayso_server.errors import Unauthorized
from sayso_server.questionnaire.known import Known
from sayso_server.questionnaire.rendering import (
    choose_language,
    reads_the_person,
    render,
    with_variant,
)
from sayso_server.storage import claims, collected, readers, returning, waiting
from sayso_server.storage.calls import Asked, Caller, Outcome
from sayso_server.storage.collected import Collected
from sayso_server.storage.directory import Live
from sayso_server.storage.inviting import Claim
from sayso_server.storage.transaction import Transaction

Call = dict[str, Any]
T = TypeVar("T")

# What has happened at a moment that passes; a page that is viewed is still viewed.
PASSES: frozenset[Kind] = frozenset(
    {"event", "click", "exit_intent", "scroll", "time_on_page", "inactivity"}
)


@blueprint.route("/decide", methods=["POST"])
@blueprint.arguments(Decide())
@may_refuse(Unauthorized)
@blueprint.response(200, DecideReply)
def decide(call: Call, **_: str) -> dict[str, Any]:
    """A trigger matched in the page, or an invitation waits: ask, or stay silent.

    The same trigger id asked again gets the same answer.
    """
    page = page_call(call["token"])
    live = page.parts.directory.live(page.project, page.now)
    caller = caller_of(call, page, call["trigger"]["id"])
    before = [one for one in check_collected(call, page) if isinstance(one, Collected)]
    if call["trigger"]["kind"] == "invitation":
        claim = partial(waiting.claim_waiting, live=live, caller=caller)
        return _reply(page, _transact(page, caller, before, live, claim), caller)
    if call["trigger"]["kind"] == "return":
        held = call["trigger"]["held"]
        back = partial(returning.bring_back, live=live, caller=caller, secret=held)
        return _reply(page, _transact(page, caller, before, live, back), caller)
    moment = _moment(call, page)
    asked = _asked_surveys(call["trigger"], live)
    if not asked and not (moment.name and is_collected(moment.name, page)):
        store_collected(call["visitor"], before, page)
        return page.reply(ask=None)
    known = None if before else _known_already(page, live, asked, moment, caller)
    if known is not None:
        return _reply(page, known, caller)
    ask = partial(claims.ask_for_moment, live=live, surveys=asked, moment=moment, caller=caller)
    return _reply(page, _transact(page, caller, before, live, ask), caller)


def caller_of(call: Call, page: PageCall, call_id: str) -> Caller:
    """Who asks, from which page."""
    here = visit(call, page)
    claim = Claim(call_id, here.language, here.url, here.proven)
    return Caller(call["visitor"], page.user_id, claim, here)


def _transact(
    page: PageCall,
    caller: Caller,
    before: Sequence[Collected],
    live: Live,
    work: Callable[[Transaction], T],
) -> T:
    """Do the work once all that happened before in the page is stored."""

    def both(tx: Transaction) -> T:
        collected.store(tx, caller.visitor, caller.user_id, before, live.cancelled_by)
        return work(tx)

    return page.transact(both, visitor=caller.visitor, rows=1 + len(before))


def _moment(call: Call, page: PageCall) -> Moment:
    trigger = call["trigger"]
    name = trigger["name"] if trigger["kind"] == "event" else None
    passes = trigger["kind"] in PASSES
    at = _happened_at(trigger, call["sent_at"], page.now) if passes else page.now
    return Moment(trigger["kind"], "page", at, name, trigger["properties"])


def _happened_at(trigger: Call, sent_at: datetime | None, now: datetime) -> datetime:
    """When it happened. A page's clock is believed only where it can be corrected."""
    at = corrected(trigger["at"], sent_at, now) if sent_at else now
    return min(at, now) if plausible(at, now) else now


def _asked_surveys(trigger: Call, live: Live) -> tuple[SurveyRules, ...]:
    if trigger["kind"] == "event":
        return live.mentioning(trigger["name"])
    if trigger["kind"] == "show":
        return live.opened(trigger["surveys"])
    happened = live.happened(trigger["kind"], trigger["surveys"])
    # Each element of a page asks for itself.
    return happened[:1] if trigger["kind"] == EMBED else happened


def _known_already(
    page: PageCall, live: Live, asked: tuple[SurveyRules, ...], moment: Moment, caller: Caller
) -> Outcome | None:
    """A moment that stores nothing and will be silent anyway takes no lock and writes nothing."""
    if moment.kind == "event":
        return None
    with page.parts.store.view(page.project.id, page.now) as tx:
        return claims.known_already(tx, live, asked, moment, caller)


def _reply(page: PageCall, outcome: Outcome, caller: Caller) -> dict[str, Any]:
    _note(page, outcome)
    if outcome.asked is not None:
        survey = _survey(page, outcome, outcome.asked, caller)
        seen = {"seen": True} if outcome.asked.seen else {}
        return page.reply(ask={"invitation": outcome.asked.secret, "survey": survey, **seen})
    if outcome.waits is not None:
        seconds = seconds_until(outcome.waits.until, page.now)
        waits = {"invitation": outcome.waits.invitation, "seconds": seconds}
        return page.reply(ask=None, waiting=waits)
    return page.reply(ask=None)


def _survey(page: PageCall, outcome: Outcome, asked: Asked, caller: Caller) -> dict[str, Any]:
    directory = page.parts.directory
    published = directory.version_of(page.project.id, asked.survey_id, asked.version, page.now)
    definition = with_variant(published, asked.variant)
    chosen = choose_language(definition, [caller.claim.language])
    known = Known(outcome.person.hex)
    if reads_the_person(definition):
        policy = directory.live(page.project, page.now).policy
        with page.parts.store.view(page.project.id, page.now) as tx:
            known = readers.reader(tx, asked.secret, known.luck, caller.page.zone, policy)
    return render(asked.survey_id, definition, chosen, known)


def _note(page: PageCall, outcome: Outcome) -> None:
    page.parts.silences.note(page.project.id, outcome.person, outcome.noes, page.now)
