"""Detect user ids that are programming mistakes; the server refuses the same ids.

Such an id, sent for everybody who is not logged in, would merge them all into one person.
"""

import re
from typing import Final

NOBODY: Final = frozenset(
    {
        *("null", "nil", "none", "undefined", "nan", "infinity", "-infinity", "true", "false"),
        *("void", "nullptr", "n/a", "-1", "anonymous", "anonymoususer", "guest", "unknown"),
        *("not_authenticated", "unauthenticated", "id", "user_id", "userid", "user-id"),
        *("user.id", "distinct_id", "anonymous_id", "email"),
    }
)
_AROUND: Final = r"""[ "'`()<>\[\]{}]*"""
# [object Object] from JavaScript; {{ user.id }}, ${user.id} and <%= id %> from templates;
# %!s(<nil>) from Go; and only zeros, as in an empty number or UUID.
_SHAPES: Final = (
    r"\[[oO][bB][jJ][eE][cC][tT] [0-9A-Za-z_]+\]|\{\{.*\}\}|\{%.*%\}|\$\{.*\}|<%.*%>"
    r"|%![0-9A-Za-z_]?\(.*\)|[-+]?0[-0.]*"
)


def _in_any_case(word: str) -> str:
    return "".join(re.escape(c) if c.upper() == c else f"[{c}{c.upper()}]" for c in word)


_WORDS: Final = "|".join(map(_in_any_case, sorted(NOBODY)))
PATTERN: Final = f"^(?:{_AROUND}(?:{_WORDS})?{_AROUND}| *(?:{_SHAPES}) *)$"
_MISTAKE: Final = re.compile(PATTERN)

_EDGES: Final = frozenset(" \"'`()<>[]{}")
_STARTS: Final = _EDGES.union("$%+-0", *((word[0], word[0].upper()) for word in NOBODY))
_ENDS: Final = _EDGES.union("-.0", *((word[-1], word[-1].upper()) for word in NOBODY))
"""First and last characters of all mistakes, so that most ids need no regular expression."""


def is_mistake(user_id: str) -> bool:
    """Whether the text is a programming mistake and cannot be a person's id."""
    if user_id and (user_id[0] not in _STARTS or user_id[-1] not in _ENDS):
        return False
    return _MISTAKE.fullmatch(user_id) is not None
