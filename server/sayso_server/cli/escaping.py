"""What others wrote, on a terminal."""


def escaped(text: str) -> str:
    """The text with control, bidi and other invisible characters escaped, so that it can neither
    command the terminal nor look like something else: "\\x1b]0;x" comes out as these words."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
