"""The three scores, each one number on a scale: NPS, CSAT, CES."""

from typing import Any

from sayso_server.questionnaire.kinds.kind import (
    Found,
    Given,
    Kind,
    Part,
    Question,
    Reader,
    Unfit,
    number,
)
from sayso_server.scoring.csat import THUMBS

FACES, EMOJI, STARS, NUMBERS, BY_THUMB = "faces", "emoji", "stars", "numbers", "thumbs"
LOOKS = (FACES, EMOJI, STARS, NUMBERS, BY_THUMB)
USUAL = 5  # points of CSAT and CES where nothing else is said
CSAT_SCALES = (3, 5, 7, 10)
CES_SCALES = (5, 7)

# Which of the five names of satisfaction a shorter scale uses.
NAMED = {THUMBS: (1, 3), 3: (0, 2, 4), 5: (0, 1, 2, 3, 4)}


def ends(question: Question) -> tuple[int, int]:
    """The lowest and the highest value of the question's scale."""
    if question["kind"] == "nps":
        return 0, 10
    if question.get("look") == BY_THUMB:
        return 1, THUMBS
    return 1, question.get("scale", USUAL)


def scale_of(question: Question) -> int | None:
    """The last point of a score's scale where it is not the usual one; scales are never pooled."""
    if question["kind"] not in ("csat", "ces"):
        return None
    last = ends(question)[1]
    return None if last == USUAL else last


def read(question: Question, given: Given) -> tuple[Part, ...]:
    """A number of the scale."""
    low, high = ends(question)
    if type(given.value) is not int or not low <= given.value <= high:
        raise Unfit(f"Send a whole number from {low} to {high}.")
    return (Part(given.value),)


def _nps(question: Question, reader: Reader) -> dict[str, Any]:
    own = reader.texts.nps
    return {
        "title": reader.text(question.get("title"), own.title),
        "low": reader.text(question.get("low"), own.low),
        "high": reader.text(question.get("high"), own.high),
    }


def _ces(question: Question, reader: Reader) -> dict[str, Any]:
    own = reader.texts.ces if ends(question)[1] == USUAL else reader.texts.agreement
    return {
        "title": reader.text(question.get("title"), own.title),
        "low": reader.text(question.get("low"), own.low),
        "high": reader.text(question.get("high"), own.high),
        **_unusual(question),
    }


def _csat(question: Question, reader: Reader) -> dict[str, Any]:
    own = reader.texts.csat
    last = ends(question)[1]
    rendered = {"title": reader.text(question.get("title"), own.title), **_unusual(question)}
    if last not in NAMED:
        rendered["low"] = reader.text(question.get("low"), own.options[0])
        rendered["high"] = reader.text(question.get("high"), own.options[-1])
        return rendered
    names = [own.options[place] for place in NAMED[last]]
    said = question.get("names") or [None] * last
    rendered["names"] = [reader.text(own, name) for own, name in zip(said, names, strict=True)]
    return rendered


def _unusual(question: Question) -> dict[str, Any]:
    """What the page is told only where it is not five faces, or five numbers."""
    last = ends(question)[1]
    look = question.get("look", FACES)
    return {
        **({"scale": last} if last != USUAL else {}),
        **({"look": look} if look != FACES else {}),
    }


def _is_unusual(question: Question) -> bool:
    return bool(_unusual(question))


def _csat_problems(question: Question) -> Found:
    found: Found = {}
    last = ends(question)[1]
    if question.get("look") == BY_THUMB and "scale" in question:
        found["scale"] = ["thumbs are a scale of two points by themselves; leave it out"]
    elif last not in (*CSAT_SCALES, THUMBS):
        found["scale"] = [f"CSAT is asked on {_listed(CSAT_SCALES)} points; choose one of them"]
    names = question.get("names")
    if names and last not in NAMED:
        found["names"] = [f"{last} points are named at their ends alone; use low and high"]
    elif names and len(names) != last:
        found["names"] = [f"the scale has {last} points; name each of them, or leave it out"]
    for end in ("low", "high"):
        if question.get(end) and last in NAMED:
            found[end] = [f"each of {last} points has a name; use names"]
    return found


def _ces_problems(question: Question) -> Found:
    if ends(question)[1] in CES_SCALES:
        return {}
    asked_on = f"CES is asked on {_listed(CES_SCALES)} points"
    return {"scale": [f"{asked_on}: 5 for effort (lower is better), 7 for agreement; choose one"]}


def _listed(scales: tuple[int, ...]) -> str:
    *but_last, last = map(str, scales)
    return f"{', '.join(but_last)} or {last}"


NPS = Kind(_nps, read, number, frozenset({"low", "high"}))
CSAT = Kind(
    _csat,
    read,
    number,
    frozenset({"low", "high", "names", "scale", "look"}),
    further=_is_unusual,
    problems=_csat_problems,
)
CES = Kind(
    _ces,
    read,
    number,
    frozenset({"low", "high", "scale"}),
    further=_is_unusual,
    problems=_ces_problems,
)
