"""Choosing one or several options, with "other" and "none of these"; and ranking options."""

from collections.abc import Sequence
from typing import Any

from sayso_server.decision.bucketing import bucket
from sayso_server.questionnaire.kinds.kind import (
    Given,
    Kind,
    Part,
    Problems,
    Question,
    Reader,
    Unfit,
    always,
    named,
    several,
)

OTHER, NONE = "other", "none"
LONGEST_OTHER = 200  # characters of the text beside "other"


def ids_of(listed: Sequence[Question]) -> list[str]:
    """The ids of options or rows."""
    return [item["id"] for item in listed]


def shuffled(question: Question, bucket_key: str) -> list[Question]:
    """The options in an order that is sticky for each person; every order is equally likely."""
    options = list(question["options"])
    if not question.get("shuffle"):
        return options
    question_id = question["id"]
    return sorted(options, key=lambda option: bucket(bucket_key, f"{question_id}:{option['id']}"))


def labelled(listed: Sequence[Question], reader: Reader) -> list[dict[str, str]]:
    """Options or rows in the reader's language."""
    return [{"id": item["id"], "label": reader.text(item["label"])} for item in listed]


def same_ids(listed: Sequence[Question]) -> list[str]:
    """A problem if two ids are the same."""
    ids = ids_of(listed)
    return ["two have the same id; give each its own"] if len(set(ids)) < len(ids) else []


def offered(question: Question) -> list[str]:
    """Every id that can be chosen."""
    extra = [name for name in (OTHER, NONE) if question.get(name)]
    return [*ids_of(question["options"]), *extra]


def _choice(question: Question, reader: Reader) -> dict[str, Any]:
    extra = {
        name: reader.text(_own_text(question[name]), getattr(reader.texts.further, name))
        for name in (OTHER, NONE)
        if question.get(name)
    }
    bounds = {name: question[name] for name in ("least", "most") if name in question}
    return {
        "title": reader.text(question["title"]),
        "options": labelled(shuffled(question, reader.bucket_key), reader),
        "multiple": question.get("multiple", False),
        **extra,
        **bounds,
    }


def _own_text(label: Any) -> Any:
    """None for the built-in text, which a definition requests with true."""
    return None if label is True else label


def _read_choice(question: Question, given: Given) -> tuple[Part, ...]:
    chosen = [given.value] if isinstance(given.value, str) else given.value
    ids = offered(question)
    if not isinstance(chosen, list) or not all(choice in ids for choice in chosen):
        raise Unfit(f"Send ids of its options, as a list: {', '.join(ids)}.")
    if len(set(chosen)) < len(chosen):
        raise Unfit("Names an option twice; send each once.")
    _check_number(question, chosen)
    if len(given.text) > LONGEST_OTHER:
        raise Unfit(f"Its text is longer than {LONGEST_OTHER} characters; shorten it.")
    other = given.text.strip() or None
    return several(Part(1, other if choice == OTHER else None, name=choice) for choice in chosen)


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
    in_order = [choice for choice in offered(question) if choice in chosen]
    return Given(in_order, chosen.get(OTHER) or "")


def _choice_problems(question: Question) -> Problems:
    problems: Problems = {"options": same_ids(question["options"])}
    if {OTHER, NONE} & set(ids_of(question["options"])):
        problems["options"].append("`other` and `none` are reserved; give the option another id")
    bounds = [name for name in ("least", "most") if name in question]
    if bounds and not question.get("multiple"):
        problems[bounds[0]] = ["only one option can be chosen; set `multiple`, or leave it out"]
    least, most = question.get("least", 0), question.get("most", len(question["options"]))
    if least > most:
        problems["least"] = ["is more than can be chosen; lower it"]
    return problems


def _ranking(question: Question, reader: Reader) -> dict[str, Any]:
    return {
        "title": reader.text(question["title"]),
        "options": labelled(shuffled(question, reader.bucket_key), reader),
    }


def _read_ranking(question: Question, given: Given) -> tuple[Part, ...]:
    ids = ids_of(question["options"])
    order = given.value
    if not isinstance(order, list) or not all(isinstance(option, str) for option in order):
        raise Unfit("Send the ids of its options as a list, the first place first.")
    if sorted(order) != sorted(ids):
        raise Unfit(f"Send each of its options once: {', '.join(ids)}.")
    return several(Part(rank, name=option) for rank, option in enumerate(order, start=1))


def _recall_ranking(_: Question, parts: Sequence[Part]) -> Given:
    return Given([part.name for part in sorted(named(parts), key=lambda part: part.value or 0)])


def _ranking_problems(question: Question) -> Problems:
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
