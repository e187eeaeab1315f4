"""Regular expressions that may backtrack without end, found by their shape.

A repetition or an option inside a repetition, `(a+)+` and `(aa?)+`, and alternatives that begin
alike inside one, `(a|ab)*`, let the time to fail grow with every character, and bounded ones,
`(a+){10}`, by that power of the length. They are refused, whatever they are tested on.
"""

import re
from re import _constants as kinds
from re import _parser as parser
from typing import Any

_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)
SOME = 3  # times that a repetition may be repeated: each multiplies the work by the length

# Python makes one set of alternatives of one character each, which browsers try one by one; with
# something that matches nothing before it, each `|` stays.
_ALTERNATIVE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\|", re.DOTALL)


def backtracks(pattern: str) -> bool:
    """Whether the pattern has a shape that can take exponential time."""
    try:
        return _inside(parser.parse(_ALTERNATIVE.sub(_kept, pattern)), times=1)
    except (re.error, RecursionError, OverflowError):
        return False


def _kept(token: re.Match[str]) -> str:
    return "(?=)|" if token[0] == "|" else token[0]


def _inside(tokens: Any, *, times: int) -> bool:
    """`times` is how often all that surrounds the tokens may repeat them."""
    return any(_token(kind, value, times=times) for kind, value in tokens)


def _token(kind: Any, value: Any, *, times: int) -> bool:
    if kind in _REPEATS:
        least, most, body = value
        return (times > SOME and least != most) or _inside(body, times=times * most)
    if kind is kinds.BRANCH:
        branches = value[1]
        return (times > SOME and _begin_alike(branches)) or any(
            _inside(branch, times=times) for branch in branches
        )
    return any(_inside(part, times=times) for part in _parts(value))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, parser.SubPattern):
        return [value]
    return [part for one in value for part in _parts(one)] if isinstance(value, tuple) else []


def _begin_alike(branches: Any) -> bool:
    firsts = [str(branch[0]) if len(branch) else "" for branch in branches]
    literal = all(first.startswith("(LITERAL") for first in firsts)
    return not literal or len(set(firsts)) < len(firsts)
