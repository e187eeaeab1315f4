"""Rules of the project: people who are never asked, excluded pages, and quiet hours."""

from datetime import UTC, datetime, timedelta

from sayso_server.decision.bucketing import within
from sayso_server.decision.conditions import failing
from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Situation
from sayso_server.decision.page_rules import covers
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import EVERYONE, Policy, QuietHours, SurveyRules
from sayso_server.decision.trigger_rules import clock


def bot(_: SurveyRules, at: Situation, __: Policy = EVERYONE) -> Check | None:
    """Bots are never asked."""
    return None if at.page is None else Check(Reason.BOT, not at.page.bot)


def staff(_: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The project's staff is never asked, except testers in test mode."""
    if policy.tests(at.person.user_id):
        return None
    if at.page is not None and at.page.staff_network:
        return Check(Reason.STAFF, passed=False, saw={"by": "network"})
    if policy.staff is None:
        return None
    is_staff = failing(policy.staff, at.person.attributes, clock(at)) is None
    return Check(Reason.STAFF, not is_staff, {"by": "attribute"} if is_staff else {})


def excluded_page(_: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The project does not exclude this page. Pages check this themselves, so it seldom fails."""
    if at.page is None or not policy.excluded:
        return None
    url = at.page.url
    hit = next((value for match, value in policy.excluded if covers(match, value, url)), None)
    return Check(Reason.EXCLUDED_PAGE, hit is None, {} if hit is None else {"rule": hit})


def quiet_hours(_: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The time is outside the quiet hours, in the person's time zone (UTC if unknown)."""
    if policy.quiet is None:
        return None
    until = quiet_until(policy.quiet, at.now.astimezone(at.zone or UTC))
    saw = {"hours": f"{policy.quiet.start:%H:%M}–{policy.quiet.end:%H:%M}", "zone": str(at.zone)}
    return Check(Reason.QUIET_HOURS, until is None, saw, until)


def holdout(_: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The person is not in the holdout group, which is the same for every survey."""
    if not policy.holdout or policy.tests(at.person.user_id):
        return None
    held = within(at.person.bucket_key, "holdout", policy.holdout)
    return Check(Reason.HELD_OUT, not held, {"percent": policy.holdout})


def quiet_until(hours: QuietHours, local: datetime) -> datetime | None:
    """When quiet hours end, in UTC; None outside quiet hours at this local time.

    Hours are wall-clock time: in the night of a daylight-saving change they last an hour less or
    more.
    """
    clock_time = local.timetz().replace(tzinfo=None)
    overnight = hours.start > hours.end
    quiet = (
        clock_time >= hours.start or clock_time < hours.end
        if overnight
        else hours.start <= clock_time < hours.end
    )
    if not quiet:
        return None
    tomorrow = overnight and clock_time >= hours.start
    day = local.date() + timedelta(days=tomorrow)
    end = datetime.combine(day, hours.end, local.tzinfo)
    # In the repeated hour, the first occurrence of `end` may be over already.
    return (end if end.astimezone(UTC) > local else end.replace(fold=1)).astimezone(UTC)
