"""A number and its noun agree."""

import pytest

from sayso_server.decision.counted import counted


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (1.0, "1 day"),
        (2, "2 days"),
        (0.5, "0.5 days"),
        (1_204, "1,204 days"),
        (1_234_567, "1,234,567 days"),
    ],
)
def test_a_number_with_its_noun(number: float, text: str) -> None:
    assert counted(number, "day") == text


def test_a_plural_of_its_own() -> None:
    assert counted(1, "person", "people") == "1 person"
    assert counted(2, "person", "people") == "2 people"
