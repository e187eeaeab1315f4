"""The one list of reason codes. Each decision in the ledger carries one of them."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a person was asked, or was not.

    `because` says a failure in plain words, `otherwise` the same rule when it holds, `remedy` what
    would change the outcome.
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
        "Nothing need be done: a page of the person shows it, unless `ask_within` ends first.",
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
        "The survey stands in the page itself, where the host placed it, and it was seen.",
    )
    EXPIRED = (
        "expired",
        "The time to ask was over before anybody saw the invitation.",
        "",
        "Raise `ask_within`, so that the invitation waits longer for a page of the person.",
    )
    WAITS = (
        "waits",
        "Not at this moment, but the survey still may be asked: the invitation waits.",
        "",
        "Nothing need be done: it is asked when its time comes, unless `ask_within` ends first.",
    )
    NO_LONGER_LIVE = (
        "no_longer_live",
        "The survey was paused, ended or changed while it waited.",
        "The survey is live.",
        "Publish the survey again.",
    )
    NEVER_HAPPENED = (
        "never_happened",
        "What starts the survey has never happened, as far as events were received.",
        "What starts the survey has happened.",
        "Check that the event is sent under the name that `trigger.event` has.",
    )
    OTHER_SOURCE = (
        "other_source",
        "The trigger takes this event from the other side only (page or backend).",
        "The event came from a side that the trigger takes.",
        "Send the event from the side that `trigger.from` names, or remove `from`.",
    )
    FILTER_NOT_MATCHED = (
        "filter_not_matched",
        "The event's properties do not meet the trigger's filters.",
        "The event's properties meet the trigger's filters.",
        "Send the property that the filter wants, or change `trigger.filters`.",
    )
    NOT_THIS_TIME = (
        "not_this_time",
        "The trigger takes only some of the person's events of this name, and not this one.",
        "The person has done this as often as the trigger wants.",
        "Wait for the count that the trigger names, or change `trigger.nth` or `trigger.every`.",
    )
    NOT_IN_SEQUENCE = (
        "not_in_sequence",
        "The event that must come before did not, or too long ago.",
        "The event that must come before did.",
        "Check that the earlier event is sent, or give `trigger.after` a longer span.",
    )
    NOT_DUE = (
        "not_due",
        "The person's cadence has not come round yet, or the person has no such date.",
        "The person's cadence has come round.",
        "Wait for the day, or send the date as an attribute by identify.",
    )
    TOO_LATE = (
        "too_late",
        "The event happened longer ago than the survey may be asked after it.",
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
        "An event that cancels the survey had come since the one that starts it.",
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
        "It is quiet hours where the person is.",
        "It is not quiet hours where the person is.",
        "Wait for the morning, or change the project's `quiet_hours`.",
    )
    HELD_OUT = (
        "held_out",
        "The person belongs to the group that is never asked.",
        "The person does not belong to the group that is never asked.",
        "Nothing: the group stays the same, so that it can be compared. Lower `holdout_percent`.",
    )
    IDENTITY_UNPROVEN = (
        "identity_unproven",
        "The survey or a backend wants a proven user, and the page has no valid identity token.",
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
        "The person is marked as a minor, and the survey asks for nothing but words or contact.",
        "The person is not marked as a minor.",
        "Ask something that is answered by a click as well.",
    )
    NOT_IN_AUDIENCE = (
        "not_in_audience",
        "The person is not among those the survey is for.",
        "The person is among those the survey is for.",
        "Send what the audience reads (attributes, events), or change `audience`.",
    )
    NOT_SAMPLED = (
        "not_sampled",
        "The survey asks only a share of people, and this person is not drawn.",
        "The person is drawn into the share that the survey asks.",
        "Raise `audience.percent`; who was drawn stays drawn.",
    )
    ALREADY_ASKED = (
        "already_asked",
        "The survey was already shown to this person, and is shown once.",
        "The survey was not shown to this person, or may come again.",
        "Let it come again with `throttle.again_after_days`.",
    )
    ASKED_RECENTLY = (
        "asked_recently",
        "The survey was shown to this person, and its wait after that is not over.",
        "The survey was not shown to this person recently.",
        "Wait, or shorten `throttle.again_after_days`.",
    )
    ALREADY_WAITING = (
        "already_waiting",
        "An invitation to the survey already waits or is open.",
        "No other invitation to the survey waits.",
        "Nothing: the one that waits is asked.",
    )
    COOLING_DOWN = (
        "cooling_down",
        "Another survey of the project was shown too short a time ago.",
        "No other survey was shown too short a time ago.",
        "Wait, or shorten the cool-down of the project or of the survey.",
    )
    QUOTA_REACHED = (
        "quota_reached",
        "As many as the survey's quota allows were asked or have answered.",
        "The quota has a place left.",
        "Raise `quota`; places of claims that lapse are given back by themselves.",
    )
    TARGET_REACHED = (
        "target_reached",
        "The survey has as many answers, or as narrow an interval, as was wanted.",
        "The survey still wants answers.",
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
        "No other survey went first at this moment.",
        "Raise the survey's `priority`, or let it wait with a longer `ask_within`.",
    )


BY_CODE: dict[str, Reason] = {reason.value: reason for reason in Reason}
