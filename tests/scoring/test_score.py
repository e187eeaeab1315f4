"""`score` for every kind, and the arguments that it rejects."""

from decimal import Decimal
from typing import Any

import pytest

from sayso_server.scoring import THUMBS, Kind, Tolerance, ces, csat, nps, score


def test_every_kind_is_scored_by_its_own_rule() -> None:
    counts = {1: 4, 2: 3, 3: 2, 5: 1}
    assert score("nps", counts) == nps(counts)
    assert score("csat", counts) == csat(counts, scale=5)
    assert score("csat", counts, scale=10) == csat(counts, scale=10)
    assert score("csat", {1: 1, 2: 4}, scale=THUMBS) == csat({1: 1, 2: 4}, scale=THUMBS)
    assert score("ces", counts) == ces(counts, scale=5)
    assert score("ces", counts, scale=7) == ces(counts, scale=7)
    assert score("nps", {10: 5}, scale=10).kind == "nps"
    assert [score(kind, counts).kind for kind in ("nps", "csat", "ces")] == ["nps", "csat", "ces"]


def test_the_tolerance_is_the_projects() -> None:
    strict = Tolerance(range_share=0.001)
    counts = {1: 3000, 2: 1000, 4: 1000}
    kinds: tuple[Kind, ...] = ("nps", "csat", "ces")
    for kind in kinds:
        assert score(kind, counts).enough
    assert not score("csat", counts, tolerance=strict).enough
    assert not score("ces", counts, tolerance=strict).enough
    assert not score("nps", {0: 500, 9: 500}, tolerance=Tolerance(points=1)).enough


def test_a_score_has_its_scale() -> None:
    assert score("nps", {}).scale == (0, 10)
    assert score("csat", {}, scale=7).scale == (1, 7)
    assert score("ces", {}).scale == (1, 5)


@pytest.mark.parametrize(
    ("kind", "scale", "answer"),
    [
        ("nps", None, 11), ("nps", None, -1),
        ("csat", THUMBS, 3), ("csat", THUMBS, 0),
        ("csat", 3, 4), ("csat", 5, 6), ("csat", 5, 0), ("csat", 7, 8), ("csat", 10, 11),
        ("ces", None, 6), ("ces", None, 0), ("ces", 7, 8),
    ],
)  # fmt: skip
def test_answers_of_another_scale_are_never_pooled(
    kind: Kind, scale: int | None, answer: int
) -> None:
    with pytest.raises(ValueError, match=f"answer {answer} is not on the scale"):
        score(kind, {2: 5, answer: 1}, scale=scale)


@pytest.mark.parametrize(
    ("kind", "scale"),
    [("nps", 5), ("nps", 7), ("nps", 0), ("csat", 4), ("csat", 0), ("csat", 1), ("csat", 11),
     ("ces", 3), ("ces", 10), ("ces", 0)],
)  # fmt: skip
def test_a_scale_that_the_kind_does_not_have_is_refused(kind: Kind, scale: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        score(kind, {1: 1}, scale=scale)


def test_an_unknown_kind_is_refused() -> None:
    kind: Any = "mood"
    with pytest.raises(ValueError, match="mood"):
        score(kind, {1: 1})


@pytest.mark.parametrize("kind", ["nps", "csat", "ces"])
def test_a_negative_count_is_refused(kind: Kind) -> None:
    with pytest.raises(ValueError, match="negative"):
        score(kind, {3: 5, 4: -1})


@pytest.mark.parametrize("wrong", [{3: Decimal(4)}, {3: 4.0}, {3.0: 4}, {3: "4"}, {3: None}])
def test_a_count_that_is_not_whole_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError):
        score("csat", wrong)


def test_a_value_outside_the_scale_is_refused_even_when_nobody_gave_it() -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        score("csat", {6: 0})
