"""Buckets are sticky and uniform over people; variants follow their weights."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.decision.bucketing import bucket, within
from sayso_server.decision.rules import Variant
from sayso_server.decision.variants import variant_of
from tests.decision.situations import survey

PEOPLE = [UUID(int=n * 7919).hex for n in range(20_000)]
SURVEY = UUID(int=2**96 + 1)

# Critical chi-square values for p = 1e-6, by degrees of freedom.
ONCE_IN_A_MILLION = {1: 23.9, 2: 27.6, 99: 175.8}


def chi_square(counts: list[int], expected: list[float]) -> float:
    return sum((n - e) ** 2 / e for n, e in zip(counts, expected, strict=True))


def test_buckets_are_evenly_distributed() -> None:
    hundredths = Counter(int(bucket(person, f"percent:{SURVEY}") * 100) for person in PEOPLE)
    counts = [hundredths[n] for n in range(100)]
    assert sum(counts) == len(PEOPLE)
    assert chi_square(counts, [len(PEOPLE) / 100] * 100) < ONCE_IN_A_MILLION[99]


def test_buckets_for_two_surveys_are_independent() -> None:
    """Each quadrant of the two buckets contains a quarter of the people."""
    corners = Counter(
        (bucket(person, "percent:a") < 0.5, bucket(person, "percent:b") < 0.5) for person in PEOPLE
    )
    counts = [corners[one, other] for one in (True, False) for other in (True, False)]
    assert chi_square(counts, [len(PEOPLE) / 4] * 4) < 35  # three degrees of freedom; p = 1e-7


def test_a_bucket_is_the_same_tomorrow_and_on_another_machine() -> None:
    assert bucket("somebody", "percent:x") == pytest.approx(0.5778025028, abs=1e-10)


@given(st.text(), st.text())
def test_a_bucket_is_between_0_and_1_and_stays_the_same(person: str, about: str) -> None:
    drawn = bucket(person, about)
    assert 0 <= drawn < 1
    assert bucket(person, about) == drawn


@given(st.text(), st.floats(0, 100), st.floats(0, 100))
def test_people_in_a_sample_stay_in_it_when_it_grows(
    person: str, percent: float, more: float
) -> None:
    if within(person, "x", min(percent, more)):
        assert within(person, "x", max(percent, more))


def test_a_sample_has_the_given_size() -> None:
    drawn = sum(within(person, "share", 10) for person in PEOPLE)
    n = len(PEOPLE)
    assert chi_square([drawn, n - drawn], [n * 0.1, n * 0.9]) < ONCE_IN_A_MILLION[1]


def test_variants_are_chosen_by_weight_and_stay_the_same() -> None:
    weights = {"a": 1.0, "b": 2.0, "c": 5.0}
    one = survey(id=SURVEY, variants=tuple(Variant(*pair) for pair in weights.items()))
    drawn = [variant_of(one, person) for person in PEOPLE]
    counts = Counter(drawn)
    expected = [len(PEOPLE) * weight / 8 for weight in weights.values()]
    assert chi_square([counts[name] for name in weights], expected) < ONCE_IN_A_MILLION[2]
    assert drawn == [variant_of(one, person) for person in PEOPLE]


def test_variants_and_samples_are_independent() -> None:
    """Otherwise a survey that asks half of the people would show only one variant."""
    one = survey(id=SURVEY, variants=(Variant("a", 1), Variant("b", 1)))
    sampled = [person for person in PEOPLE if within(person, f"percent:{SURVEY}", 50)]
    counts = Counter(variant_of(one, person) for person in sampled)
    half = len(sampled) / 2
    assert chi_square([counts["a"], counts["b"]], [half, half]) < ONCE_IN_A_MILLION[1]


def test_a_variant_of_weight_0_is_never_shown_and_without_variants_there_is_none() -> None:
    one = survey(variants=(Variant("never", 0), Variant("always", 1), Variant("nor", 0)))
    assert {variant_of(one, person) for person in PEOPLE[:500]} == {"always"}
    assert variant_of(survey(), uuid4().hex) is None
    assert variant_of(survey(variants=(Variant("a", 0),)), uuid4().hex) is None
