from random import Random

import pytest
from hypothesis import given

from sayso_server.scoring import Distribution, nps, rates
from tests.scoring import judges
from tests.scoring.cases import distribution, distributions, raw_answers


def test_score_and_interval_are_those_computed_from_the_raw_answers() -> None:
    compared = 0
    for answers in raw_answers(0, 10, cases=6000, seed=7):
        value, low, high = judges.nps_with_interval(answers)
        ours = nps(distribution(answers))
        assert ours.n == len(answers)
        assert ours.value == pytest.approx(value, abs=1e-10)
        assert ours.interval == pytest.approx((low, high), abs=1e-9)
        compared += 1
    assert compared == 6000


def test_one_promoter_and_two_dismissed_are_an_nps_of_100_from_one_answer_not_enough() -> None:
    score = nps({10: 1})
    asked = rates(shown=3, started=1, completed=1, scored=1, dismissed=2, snoozed=0)
    assert (score.value, score.n, score.enough) == (100.0, 1, False)
    assert (asked.response, asked.dismissal) == (1 / 3, 2 / 3)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (0, -100), (1, -100), (2, -100), (3, -100), (4, -100), (5, -100), (6, -100),
        (7, 0), (8, 0),
        (9, 100), (10, 100),
    ],
)  # fmt: skip
def test_zero_to_six_detract_seven_and_eight_are_passive_nine_and_ten_promote(
    answer: int, value: int
) -> None:
    assert nps({answer: 4}).value == value


def test_no_answers_have_no_score() -> None:
    for empty in ({}, {0: 0, 10: 0}):
        score = nps(empty)
        assert (score.value, score.interval, score.n, score.missing) == (None, None, 0, 30)


def test_higher_is_better() -> None:
    assert nps({10: 1}).direction == "higher_is_better"
    assert nps({10: 1}).share is None


@given(distributions(0, 10))
def test_the_order_of_answers_does_not_matter(counts: dict[int, int]) -> None:
    shuffled = list(counts.items())
    Random(1).shuffle(shuffled)
    assert nps(counts) == nps(dict(shuffled))


@given(distributions(0, 10))
def test_promoters_and_detractors_swapped_give_the_opposite(counts: dict[int, int]) -> None:
    promoters = counts.get(9, 0) + counts.get(10, 0)
    passives = counts.get(7, 0) + counts.get(8, 0)
    detractors = sum(counts.values()) - promoters - passives
    one = nps({10: promoters, 7: passives, 3: detractors})
    other = nps({10: detractors, 7: passives, 3: promoters})
    assert one.value == nps(counts).value
    if one.value is not None and other.value is not None and other.interval and one.interval:
        assert other.value == -one.value
        assert other.interval == pytest.approx((-one.interval.high, -one.interval.low), abs=1e-9)
        assert other.missing == one.missing


@pytest.mark.parametrize("counts", [{10: 1}, {0: 3, 10: 3}, {0: 1, 7: 5, 9: 4}, {8: 2}])
def test_more_of_the_same_answers_narrow_the_interval(counts: Distribution) -> None:
    widths = []
    for times in (1, 2, 5, 20, 100, 10_000, 10**9):
        interval = nps({value: times * count for value, count in counts.items()}).interval
        assert interval is not None
        widths.append(interval.high - interval.low)
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == len(widths)
