"""The assumptions and limits of a simulation, as sentences."""

from collections.abc import Iterable, Iterator

from sayso_server.decision.rules import Policy, SurveyRules
from sayso_server.decision.simulation import ComesOf, Simulation

REPLAYABLE = ("event", "lifecycle")

NOT_STORED = (
    "`{}` cannot be simulated: such moments are checked in the page and not stored. "
    "Track an event at that place and trigger the survey by it, or publish with a small "
    "`audience.percent` and look at the ledger."
)
NOT_COLLECTED = (
    "No `{0}` was received in this span, so everything that depends on it is unknown. Collect it "
    "from now on: a page event with `sayso change-project {1} --track {0}`, a backend event with "
    'client.track(user_id, "{0}"); then simulate again.'
)
PROMPT = (
    "Events reach Sayso when they happen, and the person's page is open: invitations from a "
    "backend, and waiting ones, are shown at once."
)


def refusal(draft: SurveyRules) -> str | None:
    """Why a draft cannot be simulated, with the remedy."""
    kind = draft.trigger.kind
    return None if kind in REPLAYABLE else NOT_STORED.format(kind)


def events_needed(draft: SurveyRules, simulation: Simulation) -> set[str]:
    """The events that the draft's rules name."""
    needs = simulation.needs_of([draft])
    started_by = {draft.trigger.event} if draft.trigger.event else set()
    return started_by | needs.counts | set(needs.recent)


def missing_events(project: str, missing: Iterable[str]) -> list[dict[str, str]]:
    """For each event that was not collected: what to do."""
    return [
        {"event": event, "remedy": NOT_COLLECTED.format(event, project)}
        for event in sorted(missing)
    ]


def assumptions(
    draft: SurveyRules,
    others: Iterable[tuple[str, SurveyRules]],
    policy: Policy,
    comes_of: ComesOf,
    simulation: Simulation,
) -> list[str]:
    """The assumptions behind the results. `others` are the other live surveys by name."""
    return [
        PROMPT,
        f"Every popup is {comes_of} at once.",
        "The survey and the other live surveys were live, as they are now, for the whole span.",
        *_of_people(draft, policy, simulation),
        *_of_the_draft(draft),
        *_of_others(others),
    ]


def _of_people(draft: SurveyRules, policy: Policy, simulation: Simulation) -> Iterator[str]:
    if simulation.needs.attributes:
        yield "People had the attributes that they have now."
    page = [name for name in ("languages", "countries", "devices") if getattr(draft.audience, name)]
    for name in page:
        yield f"Everybody fits `audience.{name}`: what page an event came from is not stored."
    if policy.excluded:
        yield "Nothing happened on an excluded page: what page an event came from is not stored."


def _of_the_draft(draft: SurveyRules) -> Iterator[str]:
    if draft.trigger.lifecycle is not None:
        yield "A page is viewed on each day (UTC) on which the person did anything."
    if draft.quota is not None:
        yield "The quota is unused when the span begins."


def _of_others(others: Iterable[tuple[str, SurveyRules]]) -> Iterator[str]:
    for name, survey in others:
        if refusal(survey) is not None:
            yield f"`{name}` asks nobody: the page moments that trigger it are not stored."
        if survey.quota is not None:
            yield f"The quota of `{name}` always has a place."
