"""One or several of some options, with "other" and "none of these"; and options put in order."""

from collections.abc import Sequence
from typing import Any

from sayso_server.decision.luck import luck
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
)

OTHER, NONE = "other", "none"
LONGEST_OTHER = 200  # characters that say which other one


def ids_of(listed: Sequence[Question]) -> list[str]:
    """The ids of options or rows."""
    return [one["id"] for one in listed]


def shuffled(question: Question, drawn_by: str) -> list[Question]:
    """The options in an order that is each person's own: every order is equally likely, and the
    same person sees the same one again."""
    options = list(question["options"])
    if not question.get("shuffle"):
        return options
    return sorted(options, key=lambda one: luck(drawn_by, f"{question['id']}:{one['id']}"))


def labelled(listed: Sequence[Question], reader: Reader) -> list[dict[str, str]]:
    """Options or rows in the reader's language."""
    return [{"id": one["id"], "label": reader.text(one["label"])} for one in listed]


def same_ids(listed: Sequence[Question]) -> list[str]:
    """Why these ids cannot stand."""
    ids = ids_of(listed)
    return ["two have the same id; give each its own"] if len(set(ids)) < len(ids) else []


def offered(question: Question) -> list[str]:
    """Every id that can be chosen."""
    more = [one for one in (OTHER, NONE) if question.get(one)]
    return [*ids_of(question["options"]), *more]


def _choice(question: Question, reader: Reader) -> dict[str, Any]:
    more = {
        name: reader.text(_own(question[name]), getattr(reader.texts.further, name))
        for name in (OTHER, NONE)
        if question.get(name)
    }
    bounds = {name: question[name] for name in ("least", "most") if name in question}
    return {
        "title": reader.text(question["title"]),
        "options": labelled(shuffled(question, reader.luck), reader),
        "multiple": question.get("multiple", False),
        **more,
        **bounds,
    }


def _own(said: Any) -> Any:
    return None if said is True else said


def _read_choice(question: Question, given: Given) -> tuple[Part, ...]:
    chosen = [given.value] if isinstance(given.value, str) else given.value
    ids = offered(question)
    if not isinstance(chosen, list) or not all(one in ids for one in chosen):
        raise Unfit(f"Send ids of its options, as a list: {', '.join(ids)}.")
    if len(set(chosen)) < len(chosen):
        raise Unfit("Names an option twice; send each once.")
    _check_number(question, chosen)
    if len(given.text) > LONGEST_OTHER:
        raise Unfit(f"Its text is longer than {LONGEST_OTHER} characters; shorten it.")
    other = given.text.strip() or None
    return several(Part(1, other if one == OTHER else None, name=one) for one in chosen)


def _check_number(question: Question, chosen: list[str]) -> None:
    most = question.get("most", len(question["options"]) + 1) if question.get("multiple") else 1
    if len(chosen) > most:
        raise Unfit(f"Chooses {len(chosen)} options; send at most {most}.")
    if NONE in chosen and len(chosen) > 1:
        raise Unfit("Chooses none of these and others; send one or the other.")
    least = question.get("least", 0)
    if len(chosen) < least and chosen != [NONE]:
        raise Unfit(f"Chooses {len(chosen)} options; send at least {least}.")


def _recall_choice(question: Question, parts: Sequence[Part]) -> Given:
    chosen = {part.name: part.text for part in named(parts)}
    return Given([one for one in offered(question) if one in chosen], chosen.get(OTHER) or "")


def _choice_problems(question: Question) -> Found:
    found: Found = {"options": same_ids(question["options"])}
    if {OTHER, NONE} & set(ids_of(question["options"])):
        found["options"].append("`other` and `none` are taken; give the option another id")
    several = [name for name in ("least", "most") if name in question]
    if several and not question.get("multiple"):
        found[several[0]] = ["one option is chosen; say `multiple`, or leave it out"]
    least, most = question.get("least", 0), question.get("most", len(question["options"]))
    if least > most:
        found["least"] = ["is more than can be chosen; lower it"]
    return found


def _ranking(question: Question, reader: Reader) -> dict[str, Any]:
    return {
        "title": reader.text(question["title"]),
        "options": labelled(shuffled(question, reader.luck), reader),
    }


def _read_ranking(question: Question, given: Given) -> tuple[Part, ...]:
    ids = ids_of(question["options"])
    order = given.value
    if not isinstance(order, list) or not all(isinstance(one, str) for one in order):
        raise Unfit("Send the ids of its options as a list, the first place first.")
    if sorted(order) != sorted(ids):
        raise Unfit(f"Send each of its options once: {', '.join(ids)}.")
    return several(Part(place, name=one) for place, one in enumerate(order, start=1))


def _recall_ranking(_: Question, parts: Sequence[Part]) -> Given:
    return Given([part.name for part in sorted(named(parts), key=lambda part: part.value or 0)])


def _ranking_problems(question: Question) -> Found:
    return {"options": same_ids(question["options"])}


CHOICE = Kind(
    _choice,
    _read_choice,
    _recall_choice,
    frozenset({"options", "multiple", "least", "most", OTHER, NONE, "shuffle"}),
    needed=frozenset({"title", "options"}),
    further=always,
    problems=_choice_problems,
)
RANKING = Kind(
    _ranking,
    _read_ranking,
    _recall_ranking,
    frozenset({"options", "shuffle"}),
    needed=frozenset({"title", "options"}),
    further=always,
    problems=_ranking_problems,
)
