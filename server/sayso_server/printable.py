"""Text of others, made safe for a terminal or a log: one line stays one line."""

import logging


def printable(text: str) -> str:
    """`text` with control, bidi and other invisible characters escaped (`\\x1b`, `\\u202e`)."""
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


class PrintableFormatter(logging.Formatter):
    """Escapes what stands in a message; a stack trace below it keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        record.message = printable(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: "logging._SysExcInfoType") -> str:  # noqa: N802  # logging's name
        return "\n".join(map(printable, super().formatException(ei).split("\n")))
