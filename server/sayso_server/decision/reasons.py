"""The one list of reason codes. Each decision in the ledger carries one of them."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a person was asked, or was not.

    `because` explains the failure, `otherwise` is the sentence when the rule holds, `remedy` says
    what would change the outcome.
    """

    because: str
    otherwise: str
    remedy: str

    def __new__(cls, code: str, because: str, otherwise: str = "", remedy: str = "") -> "Reason":
        member = str.__new__(cls, code)
        member._value_ = code
        member.because, member.otherwise, member.remedy = because, otherwise, remedy
        return member

    QUEUED = (
        "queued",
        "The trigger matched and nothing spoke against asking: an invitation was made.",
        "",
        "Nothing to do: the person's next page shows it, unless `ask_within` ends first.",
    )
    ASKED = (
        "asked",
        "The trigger matched, nothing spoke against asking, and the survey was shown.",
        "Nothing speaks against asking.",
    )
    OPENED_BY_HAND = (
        "opened_by_hand",
        "The page or the person opened the survey by hand, and it was shown.",
    )
    EMBEDDED = (
        "embedded",
        "The survey is embedded in the page, and it was seen.",
    )
    EXPIRED = (
        "expired",
        "The time to ask was over before anybody saw the invitation.",
        "",
        "Raise `ask_within`, so that the invitation waits longer for a page of the person.",
    )
    WAITS = (
        "waits",
        "The survey could not be asked at this moment, but may be later: the invitation waits.",
        "",
        "Nothing to do: it is asked as soon as it may be, unless `ask_within` ends first.",
    )
    NO_LONGER_LIVE = (
        "no_longer_live",
        "The survey was paused, ended or changed while it waited.",
        "The survey is live.",
        "Publish the survey again.",
    )
    NEVER_HAPPENED = (
        "never_happened",
        "No event that starts the survey was ever received from this person.",
        "An event that starts the survey was received.",
        "Check that the event is sent under the name in `trigger.event`.",
    )
    OTHER_SOURCE = (
        "other_source",
        "The trigger accepts this event only from the other source (page or backend).",
        "The event came from a source that the trigger accepts.",
        "Send the event from the source in `trigger.from`, or remove `from`.",
    )
    FILTER_NOT_MATCHED = (
        "filter_not_matched",
        "The event's properties do not meet the trigger's filters.",
        "The event's properties meet the trigger's filters.",
        "Send the property that the filter wants, or change `trigger.filters`.",
    )
    NOT_THIS_TIME = (
        "not_this_time",
        "The trigger accepts only some of the person's events of this name, and not this one.",
        "The person has done this as often as the trigger requires.",
        "Wait for the count in the trigger, or change `trigger.nth` or `trigger.every`.",
    )
    NOT_IN_SEQUENCE = (
        "not_in_sequence",
        "The event that must come before did not happen, or it was too long ago.",
        "The event that must come before happened in time.",
        "Check that the earlier event is sent, or give `trigger.after` a longer span.",
    )
    NOT_DUE = (
        "not_due",
        "The person is not due yet, or has no such date.",
        "The person is due.",
        "Wait for the day, or send the date as an attribute with identify.",
    )
    TOO_LATE = (
        "too_late",
        "The event happened too long ago to ask about it.",
        "The event has just happened.",
        "Send events at once, or raise `ask_within`.",
    )
    CANCELLED = (
        "cancelled",
        "An event that cancels the survey came while the invitation waited.",
        "No event that cancels the survey came.",
        "Remove the event from `trigger.unless` or `trigger.cancel_on`, if this is unwanted.",
    )
    ALREADY_CANCELLED = (
        "already_cancelled",
        "An event that cancels the survey came after the one that starts it.",
        "No event that cancels the survey came.",
        "Remove the event from `trigger.unless` or `trigger.cancel_on`, if this is unwanted.",
    )
    BOT = (
        "bot",
        "The page was visited by a program.",
        "The page was visited by a person.",
        "Nothing: programs are never asked.",
    )
    STAFF = (
        "staff",
        "The person belongs to the project's own staff.",
        "The person does not belong to the staff.",
        "To try surveys yourself, turn test mode on and name yourself a tester.",
    )
    EXCLUDED_PAGE = (
        "excluded_page",
        "The project excludes this page.",
        "The page is not one that the project excludes.",
        "Remove the page from the project's `excluded_pages`.",
    )
    QUIET_HOURS = (
        "quiet_hours",
        "It is within quiet hours in the person's time zone.",
        "It is outside quiet hours in the person's time zone.",
        "Wait until they end, or change the project's `quiet_hours`.",
    )
    HELD_OUT = (
        "held_out",
        "The person belongs to the group that is never asked.",
        "The person does not belong to the group that is never asked.",
        "Nothing: the group stays the same, so that it can be compared. Lower `holdout_percent`.",
    )
    IDENTITY_UNPROVEN = (
        "identity_unproven",
        "A proven user is required, and the page has no valid identity token.",
        "The page's identity is proven, or the survey needs no proof.",
        "Give the tag a token made by the SDK's identity_token(), or remove `audience.proven`.",
    )
    REFUSED_FOR_GOOD = (
        "refused_for_good",
        "The person chose never to be asked again.",
        "The person has not chosen never to be asked again.",
        "Nothing: the choice is final.",
    )
    MINOR = (
        "minor",
        "The person is marked as a minor, and the survey only asks for text or contact details.",
        "The person is not marked as a minor.",
        "Add a question that is answered with a click.",
    )
    NOT_IN_AUDIENCE = (
        "not_in_audience",
        "The person is not in the survey's audience.",
        "The person is in the survey's audience.",
        "Send the attributes or events that the audience uses, or change `audience`.",
    )
    NOT_SAMPLED = (
        "not_sampled",
        "The survey asks only a sample of people, and this person is not in it.",
        "The person is in the sample that the survey asks.",
        "Raise `audience.percent`; people already in the sample stay in it.",
    )
    ALREADY_ASKED = (
        "already_asked",
        "The survey was already shown to this person, and is shown only once.",
        "The survey was not shown to this person, or may be shown again.",
        "Let it be shown again with `throttle.again_after_days`.",
    )
    ASKED_RECENTLY = (
        "asked_recently",
        "The survey was shown to this person, and its waiting time is not over.",
        "The survey was not shown to this person recently.",
        "Wait, or shorten `throttle.again_after_days`.",
    )
    ALREADY_WAITING = (
        "already_waiting",
        "Another invitation to the survey is already waiting or open.",
        "No other invitation to the survey is waiting.",
        "Nothing: the waiting invitation is asked.",
    )
    COOLING_DOWN = (
        "cooling_down",
        "Another survey of the project was shown too recently.",
        "No other survey was shown too recently.",
        "Wait, or shorten the cool-down of the project or of the survey.",
    )
    QUOTA_REACHED = (
        "quota_reached",
        "The survey's quota is used up.",
        "The quota is not used up.",
        "Raise `quota`; places reserved by claims that expire are released automatically.",
    )
    TARGET_REACHED = (
        "target_reached",
        "The survey has reached its target number of answers, or its target margin.",
        "The survey still needs answers.",
        "Raise `target.responses` or narrow `target.margin`.",
    )
    ANOTHER_OPEN = (
        "another_open",
        "Another popup is open for this person, here or elsewhere.",
        "No other popup is open for this person.",
        "Wait until it is answered or closed.",
    )
    OUTRANKED = (
        "outranked",
        "Another survey was asked at the same moment.",
        "No other survey was asked at this moment.",
        "Raise the survey's `priority`, or let it wait with a longer `ask_within`.",
    )


BY_CODE: dict[str, Reason] = {reason.value: reason for reason in Reason}
