"""What every kind of question can do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sayso_server.texts import Texts, negotiate

Question = Mapping[str, Any]
Found = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was said: a number, or a text. `name` tells apart what is said to several
    options, rows or fields of one question; the part without a name then counts them, so that it is
    known how many answered."""

    value: int | None = None
    text: str | None = None
    name: str = ""


class Unfit(Exception):
    """An answer does not fit its question; the message says what would."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as a page sends it. `text` is what stands beside a value, as another option."""

    value: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a question is drawn for: a language, the built-in texts nearest to it, the survey's
    score, and the luck that a fair shuffle is drawn from."""

    language: str
    texts: Texts
    score: Question | None = None
    luck: str = ""

    def text(self, own: Mapping[str, str] | None, otherwise: str = "") -> str:
        """The survey's own text in the reader's language, or else a built-in one."""
        return own[negotiate([self.language], own)] if own else otherwise


def _none_found(_: Question) -> Found:
    return {}


def _none_built_in(_: Question) -> frozenset[str]:
    return frozenset()


def _simple(_: Question) -> bool:
    return False


def _anything(_: Question, parts: Sequence[Part]) -> bool:
    return bool(parts)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question.

    fields: what a definition may say of it beside id, kind, title and required; needed: what it
    must say, but for what is built_in. render: the question in a reader's language, as the wire
    has it. read: the parts of an answer; raises Unfit. recall: the answer that was read as these
    parts. further: whether a page draws it by a file of its own. enough: whether the parts answer
    a question that is required. problems: field → why such a question can never be asked.
    """

    render: Callable[[Question, Reader], dict[str, Any]]
    read: Callable[[Question, Given], tuple[Part, ...]]
    recall: Callable[[Question, Sequence[Part]], Given]
    fields: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    further: Callable[[Question], bool] = _simple
    enough: Callable[[Question, Sequence[Part]], bool] = _anything
    problems: Callable[[Question], Found] = field(default=_none_found)
    built_in: Callable[[Question], frozenset[str]] = _none_built_in


def several(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The named parts of an answer, and before them how many there are; nothing where none is."""
    named = tuple(parts)
    return (Part(len(named)), *named) if named else ()


def number(_: Question, parts: Sequence[Part]) -> Given:
    """What was said in one number."""
    return Given(parts[0].value)


def words(_: Question, parts: Sequence[Part]) -> Given:
    """What was said in one text."""
    return Given(parts[0].text)


def named(parts: Sequence[Part]) -> list[Part]:
    """The parts without the one that counts them."""
    return [part for part in parts if part.name]


def always(_: Question) -> bool:
    """The page draws every such question by a file of its own."""
    return True
