"""User ids that are a programming mistake, said where it is made; the server refuses the same ones.

Sent for everybody who is not logged in, such a text would make one person of them all.
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
_AROUND: Final = " \"'`()<>[]{}"
# [object Object] of JavaScript, {{ user.id }}, ${user.id} and <%= id %> of templates, %!s(<nil>) of
# Go; nothing but zeros, as an empty number or UUID is written.
_SHAPES: Final = re.compile(
    r"\[object \w+\]|\{\{.*\}\}|\{%.*%\}|\$\{.*\}|<%.*%>|%!\w?\(.*\)|[-+]?0[-0.]*"
)


def is_mistake(user_id: str) -> bool:
    """Whether the text can be nobody's id."""
    bare = user_id.strip(_AROUND).casefold()
    if not bare or bare in NOBODY:
        return True
    return _SHAPES.fullmatch(user_id.strip().casefold()) is not None
