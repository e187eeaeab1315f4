"""The three scores, each one number on a scale: NPS, CSAT, CES."""

from typing import Any

from sayso_server.questionnaire.kinds.kind import (
    Given,
    Kind,
    Part,
    Problems,
    Question,
    Reader,
    Unfit,
    number,
)
from sayso_server.scoring.csat import THUMBS

FACES, EMOJI, STARS, NUMBERS, BY_THUMB = "faces", "emoji", "stars", "numbers", "thumbs"
LOOKS = (FACES, EMOJI, STARS, NUMBERS, BY_THUMB)
USUAL = 5  # points of CSAT and CES by default
CSAT_SCALES = (3, 5, 7, 10)
CES_SCALES = (5, 7)

# Which of the five satisfaction labels a shorter scale uses.
NAMED = {THUMBS: (1, 3), 3: (0, 2, 4), 5: (0, 1, 2, 3, 4)}


def ends(question: Question) -> tuple[int, int]:
    """The lowest and the highest value of the question's scale."""
    if question["kind"] == "nps":
        return 0, 10
    if question.get("look") == BY_THUMB:
        return 1, THUMBS
    return 1, question.get("scale", USUAL)


def scale_of(question: Question) -> int | None:
    """The last point of a score's scale; None for the usual scale. Scales are never pooled."""
    if question["kind"] not in ("csat", "ces"):
        return None
    last = ends(question)[1]
    return None if last == USUAL else last


def read(question: Question, given: Given) -> tuple[Part, ...]:
    """A number on the scale. Raises Unfit."""
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
    built_in = [own.options[index] for index in NAMED[last]]
    names = question.get("names") or [None] * last
    rendered["names"] = [reader.text(*pair) for pair in zip(names, built_in, strict=True)]
    return rendered


def _unusual(question: Question) -> dict[str, Any]:
    """Scale and look, sent only if they differ from five points and faces."""
    last = ends(question)[1]
    look = question.get("look", FACES)
    return {
        **({"scale": last} if last != USUAL else {}),
        **({"look": look} if look != FACES else {}),
    }


def _is_unusual(question: Question) -> bool:
    return bool(_unusual(question))


def _csat_problems(question: Question) -> Problems:
    problems: Problems = {}
    last = ends(question)[1]
    if question.get("look") == BY_THUMB and "scale" in question:
        problems["scale"] = ["thumbs always have two points; leave it out"]
    elif last not in (*CSAT_SCALES, THUMBS):
        problems["scale"] = [f"CSAT is asked on {_listed(CSAT_SCALES)} points; choose one of them"]
    names = question.get("names")
    if names and last not in NAMED:
        problems["names"] = [f"{last} points are named only at the ends; use low and high"]
    elif names and len(names) != last:
        problems["names"] = [f"the scale has {last} points; name each of them, or leave it out"]
    for end in ("low", "high"):
        if question.get(end) and last in NAMED:
            problems[end] = [f"each of {last} points has a name; use names"]
    return problems


def _ces_problems(question: Question) -> Problems:
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
