"""Each kind of question: its rendering, and the answers that fit it."""

from collections import Counter
from itertools import permutations
from math import factorial
from typing import Any

import pytest
from scipy.stats import chisquare

from sayso_server.questionnaire.kinds import KINDS
from sayso_server.questionnaire.kinds.choice import ids_of, shuffled
from sayso_server.questionnaire.kinds.kind import Given, Part, Reader, Unfit
from sayso_server.texts import builtin

OPTIONS = [{"id": name, "label": {"en": name.title()}} for name in ("red", "green", "blue")]
ROWS = [{"id": name, "label": {"en": name.title()}} for name in ("price", "speed")]
RED, BLUE, NONE = (Part(1, name=one) for one in ("red", "blue", "none"))
TITLE = {"title": {"en": "Well?"}}


def question(kind: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"id": "q", "kind": kind, **more}
    needed = {"options": OPTIONS, "rows": ROWS, **TITLE}
    needed |= {"label": {"en": "Review us"}, "url": "https://shop.example/review"}
    return {**{name: needed[name] for name in KINDS[kind].needed}, **made}


def read(asked: dict[str, Any], value: Any, text: str = "") -> tuple[Part, ...]:
    return KINDS[asked["kind"]].read(asked, Given(value, text))


def drawn(asked: dict[str, Any], language: str = "en", **reader: Any) -> dict[str, Any]:
    return KINDS[asked["kind"]].render(asked, Reader(language, builtin(language), **reader))


FITTING: list[tuple[str, dict[str, Any], Any, tuple[Part, ...]]] = [
    ("nps", {}, 0, (Part(0),)),
    ("nps", {}, 10, (Part(10),)),
    ("csat", {}, 5, (Part(5),)),
    ("csat", {"scale": 10}, 10, (Part(10),)),
    ("csat", {"look": "thumbs"}, 2, (Part(2),)),
    ("ces", {"scale": 7}, 7, (Part(7),)),
    ("comment", {}, " fine ", (Part(text="fine"),)),
    ("comment", {}, "  ", ()),
    ("text", {"limit": 3}, "abc", (Part(1, "abc"),)),
    ("choice", {}, "red", (Part(1), Part(1, name="red"))),
    ("choice", {}, [], ()),
    (
        "choice",
        {"multiple": True},
        ["blue", "red"],
        (Part(2), BLUE, RED),
    ),
    ("choice", {"none": True}, ["none"], (Part(1), NONE)),
    (
        "choice",
        {"none": True, "multiple": True, "least": 2},
        ["none"],
        (Part(1), NONE),
    ),
    (
        "matrix",
        {},
        {"speed": 5, "price": 1},
        (Part(2), Part(1, name="price"), Part(5, name="speed")),
    ),
    ("matrix", {"scale": 7}, {"speed": 7}, (Part(1), Part(7, name="speed"))),
    (
        "ranking",
        {},
        ["blue", "red", "green"],
        (Part(3), Part(1, name="blue"), Part(2, name="red"), Part(3, name="green")),
    ),
    ("consent", {}, True, (Part(1),)),
    ("consent", {}, False, (Part(0),)),
    ("contact", {}, {"email": "a@b.example"}, (Part(1), Part(text="a@b.example", name="email"))),
    (
        "contact",
        {"fields": ["phone"]},
        {"phone": "+370 600"},
        (Part(1), Part(text="+370 600", name="phone")),
    ),
    ("contact", {}, {"email": ""}, ()),
    ("date", {}, "2026-02-28", (Part(1, "2026-02-28"),)),
    (
        "date",
        {"earliest": "2026-01-01", "latest": "2026-01-01"},
        "2026-01-01",
        (Part(1, "2026-01-01"),),
    ),
    ("link", {}, True, (Part(1),)),
]

UNFIT: list[tuple[str, dict[str, Any], Any]] = [
    ("nps", {}, 11),
    ("nps", {}, -1),
    ("nps", {}, True),
    ("nps", {}, 7.0),
    ("nps", {}, "7"),
    ("csat", {}, 0),
    ("csat", {}, 6),
    ("csat", {"look": "thumbs"}, 3),
    ("csat", {"scale": 7}, 8),
    ("ces", {}, 6),
    ("comment", {}, 3),
    ("comment", {}, "x" * 2_001),
    ("text", {"limit": 3}, "abcd"),
    ("choice", {}, "mauve"),
    ("choice", {}, 1),
    ("choice", {}, ["red", "green"]),
    ("choice", {"multiple": True}, ["red", "red"]),
    ("choice", {"multiple": True, "most": 1}, ["red", "green"]),
    ("choice", {"multiple": True, "least": 2}, ["red"]),
    ("choice", {"multiple": True, "none": True}, ["none", "red"]),
    ("choice", {}, "other"),
    ("choice", {"multiple": True}, [["red"]]),
    ("matrix", {}, {"speed": 6}),
    ("matrix", {}, {"speed": 0}),
    ("matrix", {}, {"speed": True}),
    ("matrix", {}, {"taste": 1}),
    ("matrix", {}, [1, 2]),
    ("ranking", {}, ["red", "green"]),
    ("ranking", {}, ["red", "red", "green"]),
    ("ranking", {}, ["red", "green", "blue", "red"]),
    ("ranking", {}, [1, 2, 3]),
    ("consent", {}, "yes"),
    ("consent", {}, 1),
    ("contact", {}, {"email": "nobody"}),
    ("contact", {}, {"email": "a@b"}),
    ("contact", {}, {"phone": "+370 600 00000"}),
    ("contact", {}, {"email": 5}),
    ("contact", {}, "a@b.example"),
    ("date", {}, "2026-02-30"),
    ("date", {}, "20260228"),
    ("date", {"earliest": "2026-01-02"}, "2026-01-01"),
    ("date", {"latest": "2026-01-02"}, "2026-01-03"),
    ("link", {}, False),
]


@pytest.mark.parametrize(("kind", "more", "value", "parts"), FITTING)
def test_a_valid_answer_is_read_into_parts(
    kind: str, more: dict[str, Any], value: Any, parts: tuple[Part, ...]
) -> None:
    assert read(question(kind, **more), value) == parts


@pytest.mark.parametrize(("kind", "more", "value", "parts"), [one for one in FITTING if one[-1]])
def test_the_answer_is_recalled_from_its_parts(
    kind: str, more: dict[str, Any], value: Any, parts: tuple[Part, ...]
) -> None:
    asked = question(kind, **more)
    # In any order, because the database does not keep the order.
    again = KINDS[kind].recall(asked, parts[:1] + parts[:0:-1])
    assert set(KINDS[kind].read(asked, again)) == set(parts)


def test_the_text_of_other_is_recalled_with_the_choice() -> None:
    asked = question("choice", other=True, multiple=True)
    said = Given(["red", "other"], "mauve")
    assert KINDS["choice"].recall(asked, KINDS["choice"].read(asked, said)) == said


@pytest.mark.parametrize(("kind", "more", "value"), UNFIT)
def test_an_invalid_answer_is_refused_with_what_to_send(
    kind: str, more: dict[str, Any], value: Any
) -> None:
    with pytest.raises(Unfit, match=r"^.{11,}\.$"):
        read(question(kind, **more), value)


def test_the_other_option_keeps_its_text() -> None:
    asked = question("choice", other=True, multiple=True)
    assert read(asked, ["red", "other"], " mauve ") == (
        Part(2),
        Part(1, name="red"),
        Part(1, "mauve", name="other"),
    )
    with pytest.raises(Unfit, match="200"):
        read(asked, ["other"], "x" * 201)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_rendered_in_every_language_as_json(kind: str) -> None:
    asked = question(kind)
    for language in ("en", "de", "ja"):
        assert drawn(asked, language)["title"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"names": 5}),
        ({"scale": 3}, {"names": 3, "scale": 3}),
        ({"look": "thumbs"}, {"names": 2, "scale": 2, "look": "thumbs"}),
        ({"look": "stars"}, {"names": 5, "look": "stars"}),
        ({"look": "emoji"}, {"names": 5, "look": "emoji"}),
        ({"scale": 3, "look": "emoji"}, {"names": 3, "scale": 3, "look": "emoji"}),
        ({"scale": 10, "look": "emoji"}, {"scale": 10, "look": "emoji"}),
        ({"scale": 7, "look": "numbers"}, {"scale": 7, "look": "numbers"}),
    ],
)
def test_csat_is_rendered_by_its_scale_and_look(
    more: dict[str, Any], expected: dict[str, Any]
) -> None:
    wire = drawn(question("csat", **more))
    assert len(wire.get("names", ())) == expected.pop("names", 0)
    assert {name: wire[name] for name in ("scale", "look") if name in wire} == expected
    assert ("low" in wire) == (wire.get("scale", 5) > 5)


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("csat", {"scale": 4}, "scale"),
        ("csat", {"scale": 5, "look": "thumbs"}, "scale"),
        ("csat", {"names": [TITLE["title"]] * 4}, "names"),
        ("csat", {"scale": 7, "names": [TITLE["title"]] * 5}, "names"),
        ("csat", {"low": TITLE["title"]}, "low"),
        ("ces", {"scale": 10}, "scale"),
        ("comment", {"by_score": [{"max": 5, "title": {}}, {"max": 3, "title": {}}]}, "by_score"),
        ("choice", {"options": [*OPTIONS, OPTIONS[0]]}, "options"),
        ("choice", {"options": [*OPTIONS, {"id": "other", "label": {"en": "x"}}]}, "options"),
        ("choice", {"most": 2}, "most"),
        ("choice", {"multiple": True, "least": 3, "most": 2}, "least"),
        ("ranking", {"options": [OPTIONS[0]] * 2}, "options"),
        ("matrix", {"rows": [ROWS[0]] * 2}, "rows"),
        ("date", {"earliest": "2026-13-01"}, "earliest"),
        ("date", {"earliest": "2026-02-01", "latest": "2026-01-01"}, "latest"),
        ("link", {"url": "javascript:alert(1)"}, "url"),
        ("link", {"url": "http://shop.example"}, "url"),
    ],
)
def test_a_question_that_cannot_be_asked_has_a_problem(
    kind: str, more: dict[str, Any], field: str
) -> None:
    found = KINDS[kind].problems(question(kind, **more))
    assert [name for name, said in found.items() if said] == [field]


@pytest.mark.parametrize("kind", KINDS)
def test_a_usual_question_has_no_problem(kind: str) -> None:
    assert not any(KINDS[kind].problems(question(kind)).values())


def test_as_many_as_can_be_chosen_may_be_asked_for() -> None:
    asked = question("choice", multiple=True, least=2, most=2)
    assert not any(KINDS["choice"].problems(asked).values())


@pytest.mark.parametrize("count", [2, 3, 4])
def test_every_order_of_shuffled_options_is_equally_likely(count: int) -> None:
    options = [{"id": f"o{place}", "label": {}} for place in range(count)]
    asked = question("choice", options=options, shuffle=True)
    drawn_by = (f"person {n}" for n in range(500 * factorial(count)))
    seen = Counter(tuple(ids_of(shuffled(asked, one))) for one in drawn_by)
    assert set(seen) == set(permutations(ids_of(options)))
    assert chisquare(list(seen.values())).pvalue > 0.001


def test_a_persons_order_is_sticky_and_differs_between_questions() -> None:
    asked = question("choice", shuffle=True)
    assert shuffled(asked, "u_1") == shuffled(asked, "u_1")
    orders = {tuple(ids_of(shuffled({**asked, "id": f"q{n}"}, "u_1"))) for n in range(20)}
    assert len(orders) > 1


def test_options_that_are_not_shuffled_stay_as_they_are() -> None:
    assert shuffled(question("choice"), "u_1") == OPTIONS


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ({"kind": "nps"}, [6, 8, 10]),
        ({"kind": "csat"}, [2, 3, 5]),
        ({"kind": "csat", "scale": 7}, [3, 5, 7]),
        ({"kind": "csat", "look": "thumbs"}, [1, 2]),
        ({"kind": "ces", "scale": 7}, [3, 5, 7]),
    ],
)
def test_a_comments_prompt_depends_on_the_scores_scale(
    score: dict[str, Any], expected: list[int]
) -> None:
    wire = drawn(question("comment"), score={"id": "score", **score})
    assert [prompt["max"] for prompt in wire["by_score"]] == expected


def test_low_agreement_asks_what_was_hard() -> None:
    wire = drawn(question("comment"), score={"id": "score", "kind": "ces", "scale": 7})
    assert wire["by_score"][0]["title"] == builtin("en").ces.comment.hard
