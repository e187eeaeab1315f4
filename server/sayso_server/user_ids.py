"""User ids that are refused because they come from a programming mistake.

A page that sends `undefined` for everybody who is not logged in merges all of them into one person:
their answers, attributes and invitations can never be separated again. So the words that programs
write for "no user", and unfilled templates, are refused. PostHog and Amplitude refuse similar
words.
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
# JavaScript's [object Object]; {{ user.id }}, ${user.id} and <%= id %> from templates; Go's
# %!s(<nil>); only zeros, as in an empty number or UUID.
_SHAPES = (
    r"\[[oO][bB][jJ][eE][cC][tT] [0-9A-Za-z_]+\]|\{\{.*\}\}|\{%.*%\}|\$\{.*\}|<%.*%>"
    r"|%![0-9A-Za-z_]?\(.*\)|[-+]?0[-0.]*"
)

SHOWN = 40  # characters of the id in the message


def _in_any_case(word: str) -> str:
    """A case-insensitive pattern for the word, without a flag: JSON Schema has no flags."""
    return "".join(re.escape(c) if c.upper() == c else f"[{c}{c.upper()}]" for c in word)


_WORDS = "|".join(map(_in_any_case, sorted(NOBODY)))
PATTERN = f"^(?:{_AROUND}(?:{_WORDS})?{_AROUND}| *(?:{_SHAPES}) *)$"
"""Matches the refused ids; also used in the OpenAPI description."""

_MISTAKE = re.compile(PATTERN)


def mistake(user_id: str) -> str | None:
    """Why the text is refused as a user id, and what to send instead; None if it is accepted."""
    if _MISTAKE.fullmatch(user_id) is None:
        return None
    return (
        f"{user_id[:SHOWN]!r} is what a program sends when it has no user, and everybody sent with "
        "it would become one person; send the user's own id, or none while nobody is logged in."
    )
