"""What is neither rated nor chosen: consent, how to reach somebody, a date, a link to follow."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sayso_server.questionnaire.kinds.kind import (
    Found,
    Given,
    Kind,
    Part,
    Question,
    Reader,
    Unfit,
    always,
    named,
    several,
    words,
)
from sayso_server.questionnaire.links import url_problems

CONTACT_FIELDS = ("name", "email", "phone")
LONGEST_FIELD = 254  # of an email address (RFC 5321)

_FITS = {
    "name": re.compile(r".+"),
    "email": re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"),
    "phone": re.compile(r"\+?[\d\s()./-]{5,30}"),
}


def _consent(question: Question, reader: Reader) -> dict[str, Any]:
    label = reader.text(question.get("label"), reader.texts.further.agree)
    return {"title": reader.text(question["title"]), "label": label}


def _read_consent(_: Question, given: Given) -> tuple[Part, ...]:
    if not isinstance(given.value, bool):
        raise Unfit("Send true or false.")
    return (Part(int(given.value)),)


def _agrees(_: Question, parts: Sequence[Part]) -> bool:
    return any(part.value for part in parts)


def _recall_consent(_: Question, parts: Sequence[Part]) -> Given:
    return Given(bool(parts[0].value))


def _contact(question: Question, reader: Reader) -> dict[str, Any]:
    return {
        "title": reader.text(question["title"]),
        "fields": [
            {"name": name, "label": getattr(reader.texts.further, name)}
            for name in _asked_for(question)
        ],
    }


def _asked_for(question: Question) -> tuple[str, ...]:
    wanted = question.get("fields", ("email",))
    return tuple(name for name in CONTACT_FIELDS if name in wanted)


def _read_contact(question: Question, given: Given) -> tuple[Part, ...]:
    names = _asked_for(question)
    said = given.value
    if not isinstance(said, dict) or not all(name in names for name in said):
        raise Unfit(f"Send a text for each of {', '.join(names)}.")
    for name, text in said.items():
        if not isinstance(text, str) or len(text) > LONGEST_FIELD:
            raise Unfit(f"Send `{name}` as a text of at most {LONGEST_FIELD} characters.")
        if text and not _FITS[name].fullmatch(text.strip()):
            raise Unfit(f"`{name}` does not look like one; correct it, or leave it out.")
    return several(Part(text=said[name].strip(), name=name) for name in names if said.get(name))


def _recall_contact(_: Question, parts: Sequence[Part]) -> Given:
    return Given({part.name: part.text for part in named(parts)})


def _date(question: Question, reader: Reader) -> dict[str, Any]:
    bounds = {name: question[name] for name in ("earliest", "latest") if name in question}
    return {"title": reader.text(question["title"]), **bounds}


def _read_date(question: Question, given: Given) -> tuple[Part, ...]:
    day = as_date(given.value)
    if day is None:
        raise Unfit("Send a date as YYYY-MM-DD.")
    earliest, latest = (as_date(question.get(name)) for name in ("earliest", "latest"))
    if (earliest and day < earliest) or (latest and day > latest):
        raise Unfit(f"Lies outside {earliest or '…'} to {latest or '…'}.")
    return (Part(1, day.isoformat()),)


def as_date(said: Any) -> date | None:
    """YYYY-MM-DD as a date, or None."""
    try:
        return date.fromisoformat(said) if isinstance(said, str) and len(said) == 10 else None
    except ValueError:
        return None


def _date_problems(question: Question) -> Found:
    found: Found = {}
    for name in ("earliest", "latest"):
        if name in question and as_date(question[name]) is None:
            found[name] = ["is no date; send YYYY-MM-DD"]
    earliest, latest = (as_date(question.get(name)) for name in ("earliest", "latest"))
    if earliest and latest and earliest > latest:
        found["latest"] = ["lies before `earliest`; exchange them"]
    return found


def _link(question: Question, reader: Reader) -> dict[str, Any]:
    return {
        "title": reader.text(question["title"]),
        "label": reader.text(question["label"]),
        "url": question["url"],
    }


def _read_link(_: Question, given: Given) -> tuple[Part, ...]:
    if given.value is not True:
        raise Unfit("Send true when the link was followed.")
    return (Part(1),)


def _recall_link(_: Question, __: Sequence[Part]) -> Given:
    return Given(value=True)


def _link_problems(question: Question) -> Found:
    return {"url": url_problems(question["url"])}


CONSENT = Kind(
    _consent,
    _read_consent,
    _recall_consent,
    frozenset({"label"}),
    needed=frozenset({"title"}),
    further=always,
    enough=_agrees,
)
CONTACT = Kind(
    _contact,
    _read_contact,
    _recall_contact,
    frozenset({"fields"}),
    needed=frozenset({"title"}),
    further=always,
)
DATE = Kind(
    _date,
    _read_date,
    words,
    frozenset({"earliest", "latest"}),
    needed=frozenset({"title"}),
    further=always,
    problems=_date_problems,
)
LINK = Kind(
    _link,
    _read_link,
    _recall_link,
    frozenset({"label", "url"}),
    needed=frozenset({"title", "label", "url"}),
    further=always,
    problems=_link_problems,
)
