"""The script tag as HTML, safe in any template."""

from html import escape
from typing import Final

STUB: Final = (
    "(function(s){'track identify reset hold release show consent on debug'.split(' ')"
    ".forEach(function(n){s[n]=s[n]||function(){s.push([n].concat([].slice.call(arguments)))}})})"
    "(window.sayso=window.sayso||[])"
)
"""Queues calls until the script is loaded. A constant, so that a Content-Security-Policy can allow
it by its hash."""


class Tag(str):
    """A str that Jinja, Django and other template engines that know ``__html__`` do not escape."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def script_tag(
    src: str,
    *,
    user_id: str | None = None,
    token: str | None = None,
    nonce: str | None = None,
    stub: bool = True,
) -> Tag:
    script = {"src": src, "data-user": user_id, "data-token": token, "nonce": nonce}
    tag = f"<script async crossorigin{_attributes(script)}></script>"
    return Tag(f"<script{_attributes({'nonce': nonce})}>{STUB}</script>{tag}" if stub else tag)


def _attributes(named: dict[str, str | None]) -> str:
    return "".join(f' {name}="{_quoted(text)}"' for name, text in named.items() if text)


def _quoted(text: str) -> str:
    """Replaces lone surrogates by "?", because the host could not encode a page with them."""
    return escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)
