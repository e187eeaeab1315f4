"""Regular expressions with catastrophic backtracking are recognised by their shape."""

import pytest

from sayso_server.decision.backtracking import backtracks


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*b",
        "([a-zA-Z]+)*$",
        "(a+){20}$",
        "(?:a{1,20}){1,20}$",
        "((a+)b?)+$",
        "(x+x+)+y",
        "(.*a){12}",
        "(a|a)+$",
        "(a|ab)*c",
        "(a|[a-z])+$",
        "(\\w|\\d)+$",
        "(?:(?:a+)|b)+$",
        "(?=(a+)+$)",
        "(aa?)+$",
        "(a?a?)+$",
        "(a?){25}a{25}$",
        "(a+?)+$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(|a)+$",
        "(a+){10}$",
        "(a+){4}$",
        "((a+){2}){2}$",
        "((a+){2}b?){2}$",
        "(a|ab){4}$",
    ],
)
def test_a_repetition_in_a_repetition_is_refused(pattern: str) -> None:
    assert backtracks(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "docs",
        "^https?://[^/]+/orders/\\d+$",
        "/(de|fr|en)/",
        "(de|fr)+",
        "\\d+-\\d+-\\d+",
        "(\\d{4}-\\d{2}){2}",
        "(ab){2,5}",
        "[?&]utm_source=mail(&|$)",
        "(/[a-z])*",
        "(?:%[0-9A-F]{2})+",
        "a+b+c+",
        "(a+b)?",
        "(/[^/]+){3}$",
        "((/[^/]+){1}){3}$",
        "((",
    ],
)
def test_an_ordinary_expression_is_accepted(pattern: str) -> None:
    assert not backtracks(pattern)
