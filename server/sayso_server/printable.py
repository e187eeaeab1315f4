"""Escapes foreign text for a terminal or a log, so that it cannot add lines or control codes."""

import logging


def printable(text: str) -> str:
    """`text` with control, bidi and other invisible characters escaped (`\\x1b`, `\\u202e`)."""
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


class PrintableFormatter(logging.Formatter):
    """Escapes the message; a stack trace below it keeps its line breaks."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        record.message = printable(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: "logging._SysExcInfoType") -> str:  # noqa: N802  # logging's name
        return "\n".join(map(printable, super().formatException(ei).split("\n")))
