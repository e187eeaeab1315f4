"""User ids that are a programming mistake.

A page that sends `undefined` for everybody who is not logged in makes one person of them all: their
answers, attributes and invitations run together and cannot be told apart again. So what a program
writes when it has no user, and what an unfilled template leaves, is no user's id. PostHog and
Amplitude refuse much the same words.
"""

import re

NOBODY = frozenset(
    {
        *("null", "nil", "none", "undefined", "nan", "infinity", "-infinity", "true", "false"),
        *("void", "nullptr", "n/a", "-1", "anonymous", "anonymoususer", "guest", "unknown"),
        *("not_authenticated", "unauthenticated", "id", "user_id", "userid", "user-id"),
        *("user.id", "distinct_id", "anonymous_id", "email"),
    }
)
_AROUND = r"""[ "'`()<>\[\]{}]*"""
# [object Object] of JavaScript, {{ user.id }}, ${user.id} and <%= id %> of templates, %!s(<nil>) of
# Go; nothing but zeros, as an empty number or UUID is written.
_SHAPES = (
    r"\[[oO][bB][jJ][eE][cC][tT] [0-9A-Za-z_]+\]|\{\{.*\}\}|\{%.*%\}|\$\{.*\}|<%.*%>"
    r"|%![0-9A-Za-z_]?\(.*\)|[-+]?0[-0.]*"
)

SHOWN = 40  # characters of it in the message


def _in_any_case(word: str) -> str:
    """A pattern of the word in small and capital letters, without a flag that JSON Schema lacks."""
    letters = (re.escape(one) if one.upper() == one else f"[{one}{one.upper()}]" for one in word)
    return "".join(letters)


_WORDS = "|".join(map(_in_any_case, sorted(NOBODY)))
PATTERN = f"^(?:{_AROUND}(?:{_WORDS})?{_AROUND}| *(?:{_SHAPES}) *)$"
"""Of the texts that are nobody's id, as the API's description has it."""

_MISTAKE = re.compile(PATTERN)


def mistake(user_id: str) -> str | None:
    """Why the text can be nobody's id, and what to send; None when it can be somebody's."""
    if _MISTAKE.fullmatch(user_id) is None:
        return None
    return (
        f"{user_id[:SHOWN]!r} is what a program sends when it has no user, and everybody sent with "
        "it would become one person; send the user's own id, or none while nobody is logged in."
    )
