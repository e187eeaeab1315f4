"""The answer groups cover each scale without overlap."""

import pytest

from sayso_server.decision.answer_groups import GROUPS, belongs, names_of, prompts_of

USUAL = {"nps": range(11), "csat": range(1, 6), "ces": range(1, 6)}
SCALES = [(kind, scale) for kind, scales in GROUPS.items() for scale in scales]


def values(kind: str, scale: int | None) -> range:
    return USUAL[kind] if scale is None else range(1, scale + 1)


@pytest.mark.parametrize(("kind", "scale"), SCALES)
def test_every_value_of_a_scale_is_in_one_group(kind: str, scale: int | None) -> None:
    for value in values(kind, scale):
        assert sum(belongs(kind, scale, value, group) for group in names_of(kind)) == 1


@pytest.mark.parametrize(("kind", "scale"), SCALES)
def test_prompts_rise_to_the_end_of_the_scale(kind: str, scale: int | None) -> None:
    highest = [up_to for up_to, _ in prompts_of(kind, scale)]
    assert highest == sorted(set(highest))
    assert highest[-1] == values(kind, scale)[-1]


def test_a_value_of_an_unknown_scale_is_in_no_group() -> None:
    assert not any(belongs("csat", 4, value, "negative") for value in range(5))
