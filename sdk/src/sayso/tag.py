"""The script tag, as HTML that is safe in any template."""

from html import escape


class Tag(str):
    """A str that Jinja, Django and every other template engine that knows ``__html__`` leaves
    as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def script_tag(
    src: str, *, user_id: str | None = None, token: str | None = None, nonce: str | None = None
) -> Tag:
    named = {"src": src, "data-user": user_id, "data-token": token, "nonce": nonce}
    attributes = "".join(f' {name}="{_quoted(text)}"' for name, text in named.items() if text)
    return Tag(f"<script async crossorigin{attributes}></script>")


def _quoted(text: str) -> str:
    """Lone surrogates become "?", or the host could not encode its own page."""
    return escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)
