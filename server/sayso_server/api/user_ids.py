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
_AROUND = " \"'`()<>[]{}"
# [object Object] of JavaScript, {{ user.id }}, ${user.id} and <%= id %> of templates, %!s(<nil>) of
# Go; nothing but zeros, as an empty number or UUID is written.
_SHAPES = re.compile(r"\[object \w+\]|\{\{.*\}\}|\{%.*%\}|\$\{.*\}|<%.*%>|%!\w?\(.*\)|[-+]?0[-0.]*")

SHOWN = 40  # characters of it in the message


def mistake(user_id: str) -> str | None:
    """Why the text can be nobody's id, and what to send; None when it can be somebody's."""
    bare = user_id.strip(_AROUND).casefold()
    if bare and bare not in NOBODY and _SHAPES.fullmatch(user_id.strip().casefold()) is None:
        return None
    return (
        f"{user_id[:SHOWN]!r} is what a program sends when it has no user, and everybody sent with "
        "it would become one person; send the user's own id, or none while nobody is logged in."
    )
