"""The flow of a survey: which question follows which answer, and which can never be reached.

A question's `then` lists ways. The first way whose condition holds is taken; otherwise the next
question follows. Every way leads to a later question, so every walk ends.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sayso_server.decision.answer_groups import GROUPS
from sayso_server.decision.compile import compile_condition
from sayso_server.decision.conditions import failing
from sayso_server.questionnaire.kinds.choice import offered
from sayso_server.questionnaire.kinds.kind import Problems, Question
from sayso_server.questionnaire.kinds.scale import scale_of
from sayso_server.questionnaire.known import Respondent
from sayso_server.questionnaire.templates import SCORES

END = "end"
NEVER_REACHED = (
    "is never reached: every way before it leads elsewhere; let one lead here, or remove it"
)
Ways = list[dict[str, Any]]
Answers = Mapping[str, Any]  # by question: the answer as it was given


def ways(question: Question, asked: Sequence[Question], known: Respondent) -> Ways:
    """The ways from a question, as sent to the page: targets are indexes into `asked`. Conditions
    on attributes are evaluated here. A way to a question that is not asked ends the survey."""
    return [
        {**_answer(question, way, asked), "go": _index(way["go"], asked)}
        for way in question.get("then", ())
        if _may(way.get("when", {}), known)
    ]


def next_index(index: int, asked: Sequence[Question], answers: Answers, known: Respondent) -> int:
    """The index of the question that follows, given the answers so far; len(asked) at the end."""
    question = asked[index]
    for way in ways(question, asked, known):
        of = str(way.get("of", question["id"]))
        if _holds(way, answers.get(of)):
            return int(way["go"])
    return index + 1


def asks_for_attributes(questions: Sequence[Question]) -> bool:
    """Whether any way depends on the person's attributes."""
    every_way = (way for question in questions for way in _ways(question))
    return any("attributes" in way.get("when", {}) for way in every_way)


def problems(questions: Sequence[Question]) -> Problems:
    """Field → why a way can never be taken, or a question can never be reached."""
    found: Problems = {}
    for index, question in enumerate(questions):
        for number, way in enumerate(_ways(question)):
            for field, message in _way_problems(questions, index, way).items():
                found[f"questions.{index}.then.{number}.{field}"] = [message]
    if not found:
        for index in sorted(set(range(len(questions))) - _reached(questions)):
            found[f"questions.{index}"] = [NEVER_REACHED]
    return found


def _holds(way: Mapping[str, Any], value: Any) -> bool:
    """Must decide exactly as the page does (`widget/src/survey/branching.ts`)."""
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


def _may(when: Mapping[str, Any], known: Respondent) -> bool:
    if "attributes" not in when:
        return True
    return failing(compile_condition(when["attributes"]), known.attributes, known.clock) is None


def _index(go: str, asked: Sequence[Question]) -> int:
    ids = [question["id"] for question in asked]
    return ids.index(go) if go in ids else len(ids)


def _answer(
    question: Question, way: Mapping[str, Any], asked: Sequence[Question]
) -> dict[str, Any]:
    """The condition that the page checks: which answer, and its accepted values."""
    wanted = way.get("when", {}).get("answer")
    if wanted is None:
        return {}
    of = wanted.get("of", question["id"])
    about = next((other for other in asked if other["id"] == of), question)
    least, most = wanted.get("at_least"), wanted.get("at_most")
    if "group" in wanted:
        least, most = GROUPS[about["kind"]][scale_of(about)][wanted["group"]]
    condition = {
        "of": of,
        "least": least,
        "most": most,
        "any": wanted.get("any_of"),
        "given": wanted.get("given"),
    }
    return {name: value for name, value in condition.items() if value is not None}


def _way_problems(
    questions: Sequence[Question], index: int, way: Mapping[str, Any]
) -> dict[str, str]:
    later = [question["id"] for question in questions[index + 1 :]]
    found = {}
    if way["go"] not in (*later, END):
        names = ", ".join([*later, END])
        found["go"] = f"leads to no later question; choose one of {names}"
    wanted = way.get("when", {}).get("answer")
    if wanted is not None:
        found |= _answer_problems(questions, index, wanted)
    return found


def _answer_problems(
    questions: Sequence[Question], index: int, wanted: Mapping[str, Any]
) -> dict[str, str]:
    earlier = {question["id"]: question for question in questions[: index + 1]}
    of = wanted.get("of", questions[index]["id"])
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
            found["when.answer.any_of"] = f"names an unknown option; choose from {names}"
    return found


def _reached(questions: Sequence[Question]) -> set[int]:
    """The indexes of the questions that some walk reaches."""
    reached = {0}
    for index, question in enumerate(questions):
        if index not in reached:
            continue
        then = _ways(question)
        # An unconditional branch is always taken, so later branches are unreachable.
        always = next((number for number, way in enumerate(then) if not way.get("when")), None)
        possible = then if always is None else then[: always + 1]
        reached |= {_index(way["go"], questions) for way in possible}
        if always is None:
            reached.add(index + 1)
    return reached & set(range(len(questions)))
