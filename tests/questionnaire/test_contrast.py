"""WCAG's contrast ratio, and shades that reach it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.questionnaire.contrast import contrast, luminance, mix, nearest, toward

COLORS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_the_luminance_of_white_is_1_and_of_black_0() -> None:
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#000000") == 0


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.478),  # the grey that just fails
        ("#767676", "#ffffff", 4.542),  # the grey that just passes
        ("#ff0000", "#ffffff", 3.998),
        ("#0000ff", "#ffffff", 8.592),
        ("#336699", "#336699", 1),
    ],
)
def test_ratios_are_the_published_ones(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.001)
    assert contrast(other, one) == contrast(one, other)


def test_a_mixture_lies_between_the_two() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert (mix("#123456", "#ffffff", 0), mix("#123456", "#ffffff", 1)) == ("#123456", "#ffffff")


def test_the_nearest_grey_on_white_is_the_published_one() -> None:
    assert nearest("#999999", "#ffffff", 4.5) == "#767676"
    assert nearest("#333333", "#000000", 4.5) == "#757575"


@given(COLORS, COLORS)
def test_the_nearest_shade_has_the_contrast_and_is_unchanged_if_it_already_had_it(
    color: str, behind: str
) -> None:
    found = nearest(color, behind, 4.5)
    assert contrast(found, behind) >= 4.5
    assert (found == color) is (contrast(color, behind) >= 4.5)


@given(COLORS, COLORS, st.floats(0.01, 1))
def test_a_mixture_keeps_the_contrast(color: str, behind: str, share: float) -> None:
    found = toward(color, behind, share, behind, 4.5)
    assert contrast(found, behind) >= min(4.5, contrast(color, behind))
