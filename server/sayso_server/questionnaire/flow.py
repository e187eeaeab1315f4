"""The way through a survey: which question follows which answer, and what can never be reached.

A question's `then` lists ways, of which the first that holds is taken; without one the next
question follows. Every way leads onward, so that each walk ends.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sayso_server.decision.answer_groups import GROUPS
from sayso_server.decision.compile import compile_condition
from sayso_server.decision.conditions import failing
from sayso_server.questionnaire.kinds.choice import offered
from sayso_server.questionnaire.kinds.kind import Found, Question
from sayso_server.questionnaire.kinds.scale import scale_of
from sayso_server.questionnaire.known import Known
from sayso_server.questionnaire.templates import SCORES

END = "end"
NEVER_REACHED = (
    "is never reached: every way before it leads elsewhere; let one lead here, or remove it"
)
Ways = list[dict[str, Any]]
Said = Mapping[str, Any]  # by question: the answer as it was given


def ways(question: Question, asked: Sequence[Question], known: Known) -> Ways:
    """The ways on from a question, as the wire has them, to the places of `asked`. What depends on
    the person is settled here; a way to a question that is not asked leads to the one after it."""
    return [
        {**_answer(question, way, asked), "go": _place(way["go"], asked)}
        for way in question.get("then", ())
        if _may(way.get("when", {}), known)
    ]


def next_place(place: int, asked: Sequence[Question], said: Said, known: Known) -> int:
    """The place that follows, by what was said; past the last one at the end."""
    question = asked[place]
    for way in ways(question, asked, known):
        of = str(way.get("of", question["id"]))
        if _holds(way, said.get(of)):
            return int(way["go"])
    return place + 1


def asks_for_attributes(questions: Sequence[Question]) -> bool:
    """Whether a way depends on who walks it."""
    return any("attributes" in way.get("when", {}) for one in questions for way in _ways(one))


def problems(questions: Sequence[Question]) -> Found:
    """Field → why a way can never be gone, or a question never be reached."""
    found: Found = {}
    for place, question in enumerate(questions):
        for number, way in enumerate(_ways(question)):
            for field, message in _way_problems(questions, place, way).items():
                found[f"questions.{place}.then.{number}.{field}"] = [message]
    if not found:
        for place in sorted(set(range(len(questions))) - _reached(questions)):
            found[f"questions.{place}"] = [NEVER_REACHED]
    return found


def _holds(way: Mapping[str, Any], value: Any) -> bool:
    """As the page decides it (`widget/src/flow/ways.ts`)."""
    is_score = isinstance(value, int) and not isinstance(value, bool)
    return (
        ("least" not in way or (is_score and value >= way["least"]))
        and ("most" not in way or (is_score and value <= way["most"]))
        and ("any" not in way or (isinstance(value, list) and bool({*value} & {*way["any"]})))
        and ("given" not in way or (value is not None) is way["given"])
    )


def _ways(question: Question) -> Sequence[Mapping[str, Any]]:
    then: Sequence[Mapping[str, Any]] = question.get("then", ())
    return then


def _may(when: Mapping[str, Any], known: Known) -> bool:
    if "attributes" not in when:
        return True
    return failing(compile_condition(when["attributes"]), known.attributes, known.clock) is None


def _place(go: str, asked: Sequence[Question]) -> int:
    ids = [question["id"] for question in asked]
    return ids.index(go) if go in ids else len(ids)


def _answer(
    question: Question, way: Mapping[str, Any], asked: Sequence[Question]
) -> dict[str, Any]:
    """What the page looks at: which answer, and what it must be."""
    wanted = way.get("when", {}).get("answer")
    if wanted is None:
        return {}
    of = wanted.get("of", question["id"])
    about = next((one for one in asked if one["id"] == of), question)
    least, most = wanted.get("at_least"), wanted.get("at_most")
    if "group" in wanted:
        least, most = GROUPS[about["kind"]][scale_of(about)][wanted["group"]]
    looks = {
        "of": of,
        "least": least,
        "most": most,
        "any": wanted.get("any_of"),
        "given": wanted.get("given"),
    }
    return {name: value for name, value in looks.items() if value is not None}


def _way_problems(
    questions: Sequence[Question], place: int, way: Mapping[str, Any]
) -> dict[str, str]:
    later = [question["id"] for question in questions[place + 1 :]]
    found = {}
    if way["go"] not in (*later, END):
        names = ", ".join([*later, END])
        found["go"] = f"leads to no later question; choose one of {names}"
    wanted = way.get("when", {}).get("answer")
    if wanted is not None:
        found |= _answer_problems(questions, place, wanted)
    return found


def _answer_problems(
    questions: Sequence[Question], place: int, wanted: Mapping[str, Any]
) -> dict[str, str]:
    earlier = {question["id"]: question for question in questions[: place + 1]}
    of = wanted.get("of", questions[place]["id"])
    if of not in earlier:
        names = ", ".join(earlier)
        return {"when.answer.of": f"is not answered by then; choose one of {names}"}
    about = earlier[of]
    is_score = about["kind"] in SCORES
    found = {}
    for field in ("at_least", "at_most", "group"):
        if field in wanted and not is_score:
            found[f"when.answer.{field}"] = f"`{of}` is no score; use any_of or given"
    if "group" in wanted and is_score:
        groups = GROUPS[about["kind"]][scale_of(about)]
        if wanted["group"] not in groups:
            names = ", ".join(groups)
            found["when.answer.group"] = f"`{of}` has no such group; choose one of {names}"
    if "any_of" in wanted:
        ids = offered(about) if about["kind"] == "choice" else []
        if not ids:
            found["when.answer.any_of"] = f"`{of}` has no options; use a group, a bound or given"
        elif not set(wanted["any_of"]) <= set(ids):
            names = ", ".join(ids)
            found["when.answer.any_of"] = f"names what is no option; choose from {names}"
    return found


def _reached(questions: Sequence[Question]) -> set[int]:
    """The places that some walk comes to; `end` is no place."""
    reached = {0}
    for place, question in enumerate(questions):
        if place not in reached:
            continue
        then = _ways(question)
        until = next((at for at, way in enumerate(then) if not way.get("when")), None)
        gone = then if until is None else then[: until + 1]
        reached |= {_place(way["go"], questions) for way in gone}
        if until is None:
            reached.add(place + 1)
    return reached & set(range(len(questions)))
