import pytest

from sayso_server.scoring import Rates, rates


def test_each_rate_has_its_own_divisor() -> None:
    found = rates(shown=200, started=80, completed=60, scored=70, dismissed=50, snoozed=10)
    assert found == Rates(
        response=0.35, completion=0.75, abandonment=0.25, dismissal=0.25, snooze=0.05
    )


def test_a_rate_of_nobody_is_null_not_zero() -> None:
    assert rates(shown=0, started=0, completed=0, scored=0, dismissed=0, snoozed=0) == Rates(
        None, None, None, None, None
    )
    unstarted = rates(shown=5, started=0, completed=0, scored=0, dismissed=5, snoozed=0)
    assert (unstarted.response, unstarted.completion, unstarted.abandonment) == (0.0, None, None)


@pytest.mark.parametrize(
    "field", ["shown", "started", "completed", "scored", "dismissed", "snoozed"]
)
def test_a_negative_count_is_refused(field: str) -> None:
    counts = dict.fromkeys(
        ["shown", "started", "completed", "scored", "dismissed", "snoozed"], 3
    ) | {field: -1}
    with pytest.raises(ValueError, match="negative"):
        rates(**counts)
