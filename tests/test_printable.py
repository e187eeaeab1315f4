"""Text from others cannot forge a log line or control a terminal."""

import io
import logging
import sys
import unicodedata

import pytest

from sayso_server.printable import PrintableFormatter, printable


def test_every_control_and_format_character_is_escaped() -> None:
    for code in range(sys.maxunicode + 1):
        said = printable(chr(code))
        assert said.isprintable(), hex(code)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
            assert said.startswith("\\"), hex(code)


@pytest.mark.parametrize("text", ["", "plan = pro", "žąsis 鵝 إوزة 🦆", "a\\b"])
def test_plain_text_is_unchanged(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("said", ["a\nINFO sayso: forged", "\x1b[2J", "\u202eevil"])
def test_a_message_stays_one_log_line(said: str) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrintableFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("test")
    log.addHandler(handler)
    log.warning("heard %s", said)
    try:
        raise ValueError(said)
    except ValueError:
        log.exception("failed")
    first, second, *trace = stream.getvalue().rstrip("\n").split("\n")
    assert first == f"WARNING heard {printable(said)}"
    assert second == "ERROR failed"
    assert all(line.isprintable() for line in trace)
