"""*Decide*: whether to ask this person now, and which survey."""

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
from sayso_server.asking import bring_back, claim_waiting, collect_events
from sayso_server.asking.collect_events import Collected
from sayso_server.asking.decide import ask_for_moment, decide_without_lock
from sayso_server.asking.decide_call import Asked, Caller, Outcome
from sayso_server.asking.invite import Claim
from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.decision.facts import EMBED, Kind, Moment
from sayso_server.decision.rules import SurveyRules
from sayso_server.errors import Unauthorized
from sayso_server.questionnaire.known import Respondent
from sayso_server.questionnaire.rendering import (
    choose_language,
    reads_the_person,
    render,
    with_variant,
)
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.history import recalled

Call = dict[str, Any]
T = TypeVar("T")

# Triggers that happen at one moment. All others, such as a page view, are dated at arrival.
PASSES: frozenset[Kind] = frozenset(
    {"event", "click", "exit_intent", "scroll", "time_on_page", "inactivity"}
)


@blueprint.route("/decide", methods=["POST"])
@blueprint.arguments(Decide())
@may_refuse(Unauthorized)
@blueprint.response(200, DecideReply)
def decide(call: Call, **_: str) -> dict[str, Any]:
    """Decide whether to ask, after a trigger matched on the page or an invitation is waiting. `ask`
    is the survey to show, or null.

    Idempotent: a repeated trigger id gets the same reply.
    """
    page = page_call(call["token"])
    live = page.dependencies.project_cache.live(page.project, page.now)
    caller = caller_of(call, page, call["trigger"]["id"])
    collected = [event for event in check_collected(call, page) if isinstance(event, Collected)]
    if call["trigger"]["kind"] == "invitation":
        claim = partial(claim_waiting.claim_waiting, live=live, caller=caller)
        return _reply(page, _transact(page, caller, collected, live, claim), caller)
    if call["trigger"]["kind"] == "return":
        secret = call["trigger"]["held"]
        back = partial(bring_back.bring_back, live=live, caller=caller, secret=secret)
        return _reply(page, _transact(page, caller, collected, live, back), caller)
    moment = _moment(call, page)
    surveys = _triggered_surveys(call["trigger"], live)
    if not surveys and not (moment.name and is_collected(moment.name, page)):
        store_collected(call["visitor"], collected, page)
        return page.reply(ask=None)
    silence = None if collected else _silence_without_lock(page, live, surveys, moment, caller)
    if silence is not None:
        return _reply(page, silence, caller)
    ask = partial(ask_for_moment, live=live, surveys=surveys, moment=moment, caller=caller)
    return _reply(page, _transact(page, caller, collected, live, ask), caller)


def caller_of(call: Call, page: PageCall, call_id: str) -> Caller:
    """The call's visitor and page, in the form that use cases take."""
    view = visit(call, page)
    claim = Claim(call_id, view.language, view.url, view.proven)
    return Caller(call["visitor"], page.user_id, claim, view)


def _transact(
    page: PageCall,
    caller: Caller,
    collected: Sequence[Collected],
    live: LiveSurveys,
    work: Callable[[Transaction], T],
) -> T:
    """Store the page's earlier events and run `work`, in one transaction."""

    def both(tx: Transaction) -> T:
        collect_events.store(tx, caller.visitor, caller.user_id, collected, live.cancelled_by)
        return work(tx)

    return page.transact(both, visitor=caller.visitor, rows=1 + len(collected))


def _moment(call: Call, page: PageCall) -> Moment:
    trigger = call["trigger"]
    name = trigger["name"] if trigger["kind"] == "event" else None
    passes = trigger["kind"] in PASSES
    at = _happened_at(trigger, call["sent_at"], page.now) if passes else page.now
    return Moment(trigger["kind"], "page", at, name, trigger["properties"])


def _happened_at(trigger: Call, sent_at: datetime | None, now: datetime) -> datetime:
    """When the trigger happened. The page's time is used only if its clock skew is known."""
    at = corrected(trigger["at"], sent_at, now) if sent_at else now
    return min(at, now) if plausible(at, now) else now


def _triggered_surveys(trigger: Call, live: LiveSurveys) -> tuple[SurveyRules, ...]:
    if trigger["kind"] == "event":
        return live.mentioning(trigger["name"])
    if trigger["kind"] == "show":
        return live.opened_by_hand(trigger["surveys"])
    happened = live.started_by(trigger["kind"], trigger["surveys"])
    # The page sends one call for each embedding element.
    return happened[:1] if trigger["kind"] == EMBED else happened


def _silence_without_lock(
    page: PageCall,
    live: LiveSurveys,
    surveys: tuple[SurveyRules, ...],
    moment: Moment,
    caller: Caller,
) -> Outcome | None:
    """Decide not to ask, without a lock or a write. None if a transaction is needed, as for every
    event, which is stored."""
    if moment.kind == "event":
        return None
    with page.dependencies.store.view(page.project.id, page.now) as tx:
        return decide_without_lock(tx, live, surveys, moment, caller)


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
    cache = page.dependencies.project_cache
    published = cache.version_of(page.project.id, asked.survey_id, asked.version, page.now)
    definition = with_variant(published, asked.variant)
    language = choose_language(definition, [caller.claim.language])
    reader = Respondent(outcome.person.hex)
    if reads_the_person(definition):
        policy = cache.live(page.project, page.now).policy
        with page.dependencies.store.view(page.project.id, page.now) as tx:
            reader = recalled.reader(tx, asked.secret, reader.bucket_key, caller.page.zone, policy)
    return render(asked.survey_id, definition, language, reader)


def _note(page: PageCall, outcome: Outcome) -> None:
    page.dependencies.silences.note(page.project.id, outcome.person, outcome.silences, page.now)
