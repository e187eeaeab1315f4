"""The one list of reason codes. Each decision in the ledger carries one of them."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a person was asked, or was not. `because` says it in plain words."""

    because: str

    def __new__(cls, code: str, because: str) -> "Reason":
        member = str.__new__(cls, code)
        member._value_ = code
        member.because = because
        return member

    ASKED = "asked", "The trigger matched and nothing spoke against asking."
    OTHER_SOURCE = (
        "other_source",
        "The trigger takes this event from the other side only (page or backend).",
    )
    FILTER_NOT_MATCHED = (
        "filter_not_matched",
        "The event's properties do not meet the trigger's filters.",
    )
    TOO_LATE = "too_late", "The event happened longer ago than the survey may be asked after it."
    IDENTITY_UNPROVEN = (
        "identity_unproven",
        "A backend asked for this user, and the page has no valid identity token for them.",
    )
    REFUSED_FOR_GOOD = "refused_for_good", "The person chose never to be asked again."
    ALREADY_ASKED = "already_asked", "The survey was already shown to this person."
    ALREADY_WAITING = "already_waiting", "An invitation to the survey already waits or is open."
    COOLING_DOWN = (
        "cooling_down",
        "Another survey of the project was shown too short a time ago.",
    )
    ANOTHER_OPEN = "another_open", "Another popup is open for this person, here or elsewhere."
    OUTRANKED = "outranked", "Another survey was asked at the same moment."
    NO_LONGER_LIVE = "no_longer_live", "The survey was paused, ended or changed while it waited."
