"""Comparable versions: answers to a different wording, scale or option are not pooled."""

from typing import Any

import pytest

from sayso_server.questionnaire.comparable import comparable

NPS = {"id": "score", "kind": "nps"}
CSAT = {"id": "score", "kind": "csat"}
CES = {"id": "score", "kind": "ces"}
COMMENT = {"id": "comment", "kind": "comment"}
SAID = {"en": "How was it?", "de": "Wie war es?"}
OPTIONS = [{"id": "a", "label": {"en": "Tea"}}, {"id": "b", "label": {"en": "Price"}}]
CHOICE = {"id": "why", "kind": "choice", "title": {"en": "Why?"}, "options": OPTIONS}
MATRIX = {"id": "m", "kind": "matrix", "title": {"en": "Rate"}, "rows": OPTIONS}


def asks(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"questions": list(questions), "trigger": {"kind": "event", "event": "e"}, **more}


def variants(**questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": name, "questions": asked} for name, asked in questions.items()]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (asks(NPS), asks(NPS, audience={"percent": 3}, thanks={"title": SAID})),
        (asks(NPS), asks(NPS, COMMENT)),
        (asks(NPS, CHOICE), asks(NPS)),
        (asks(NPS, COMMENT), asks(COMMENT, NPS)),
        (
            asks({**CSAT, "title": {"en": "How?"}}),
            asks({**CSAT, "title": {"en": "How?", "de": "W"}}),
        ),
        (asks({**CSAT, "title": SAID}), asks({**CSAT, "title": {"de": "Wie war es?"}})),
        (asks(CSAT), asks({**CSAT, "scale": 5, "look": "faces", "required": True})),
        (asks(CHOICE), asks({**CHOICE, "options": OPTIONS[::-1], "shuffle": True})),
        (asks(CHOICE), asks({**CHOICE, "multiple": False, "other": False})),
        (asks(MATRIX), asks({**MATRIX, "scale": 5})),
        (asks(NPS), asks(NPS, variants=[{"name": "a"}, {"name": "b"}])),
        (asks(NPS), asks(NPS, variants=variants(a=[NPS], b=[NPS]))),
        (
            asks(NPS, variants=variants(a=[NPS], b=[NPS])),
            asks(NPS, variants=variants(c=[NPS], d=[NPS])),
        ),
    ],
)
def test_versions_that_ask_the_same_are_pooled(before: Any, after: Any) -> None:
    assert comparable(before, after)
    assert comparable(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (asks(NPS, COMMENT), asks(CSAT, COMMENT)),
        (asks(CSAT), asks({**CSAT, "scale": 7})),
        (asks(CSAT), asks({**CSAT, "look": "thumbs"})),
        (asks(CSAT), asks({**CSAT, "look": "stars"})),
        (asks(CES), asks({**CES, "scale": 7})),
        (asks({**CSAT, "title": SAID}), asks({**CSAT, "title": {**SAID, "de": "Zufrieden?"}})),
        (asks(CSAT), asks({**CSAT, "title": SAID})),
        (asks({**CSAT, "title": SAID}), asks(CSAT)),
        (asks({**CSAT, "title": {"en": "How?"}}), asks({**CSAT, "title": {"de": "Wie?"}})),
        (asks({**NPS, "low": {"en": "No"}}), asks({**NPS, "low": {"en": "Never"}})),
        (asks(CSAT), asks({**CSAT, "names": [SAID] * 5})),
        (asks({**CSAT, "names": [SAID] * 5}), asks({**CSAT, "names": [*[SAID] * 4, {"en": "x"}]})),
        (asks(CHOICE), asks({**CHOICE, "options": OPTIONS[:1]})),
        (
            asks(CHOICE),
            asks({**CHOICE, "options": [{**OPTIONS[0], "label": {"en": "Cup"}}, OPTIONS[1]]}),
        ),
        (asks(CHOICE), asks({**CHOICE, "options": [{**OPTIONS[0], "id": "c"}, OPTIONS[1]]})),
        (asks(CHOICE), asks({**CHOICE, "other": True})),
        (asks({**CHOICE, "none": {"en": "x"}}), asks({**CHOICE, "none": {"en": "y"}})),
        (asks(CHOICE), asks({**CHOICE, "multiple": True})),
        (asks(MATRIX), asks({**MATRIX, "scale": 7})),
        (asks(MATRIX), asks({**MATRIX, "rows": OPTIONS[:1]})),
        (asks(NPS, COMMENT), asks(NPS, {**COMMENT, "by_score": [{"max": 6, "title": SAID}]})),
        (asks(NPS, CHOICE), asks(CHOICE)),
        (asks({**NPS, "id": "a"}), asks({**NPS, "id": "b"})),
        (asks(CHOICE), asks({**CHOICE, "id": "other_one"})),
        (asks(NPS), asks(NPS, variants=variants(a=[NPS], b=[{**NPS, "title": SAID}]))),
        (
            asks(NPS, variants=variants(a=[NPS], b=[{**NPS, "title": SAID}])),
            asks(NPS, variants=variants(b=[NPS], a=[{**NPS, "title": SAID}])),
        ),
    ],
)
def test_versions_that_ask_something_else_are_not_pooled(before: Any, after: Any) -> None:
    assert not comparable(before, after)
    assert not comparable(after, before)


def test_the_gap_of_servqual_belongs_to_its_roles() -> None:
    def pair(one: str, other: str, *more: dict[str, Any]) -> dict[str, Any]:
        matrix = {"kind": "matrix", "scale": 7}
        return asks(
            {**matrix, "id": one, "servqual": "expectation"},
            {**matrix, "id": other, "servqual": "perception"},
            *more,
        )

    assert comparable(pair("a", "b", CHOICE), pair("a", "b"))
    assert not comparable(pair("a", "b", CHOICE), pair("c", "d", CHOICE))
