"""Regular expressions with catastrophic backtracking, found by their shape.

Three shapes inside a repetition take exponential time to fail: another repetition, `(a+)+`, an
optional part, `(aa?)+`, and alternatives with the same beginning, `(a|ab)*`. With a bound, as in
`(a+){10}`, the time is the length to the power of the bound. These shapes are always refused.
"""

import re
from re import _constants as kinds
from re import _parser as parser
from typing import Any

_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)
SOME = 3  # how often a repetition may be repeated: each time multiplies the work by the length

# Python's parser merges single-character alternatives into a set, but browsers try them one by one.
# An empty lookahead before each `|` keeps the alternatives apart.
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
    """`times`: how often the surrounding repetitions may repeat the tokens."""
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
    if isinstance(value, tuple):
        return [part for item in value for part in _parts(item)]
    return []


def _begin_alike(branches: Any) -> bool:
    firsts = [str(branch[0]) if len(branch) else "" for branch in branches]
    literal = all(first.startswith("(LITERAL") for first in firsts)
    return not literal or len(set(firsts)) < len(firsts)
