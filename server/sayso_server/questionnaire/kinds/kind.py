"""The interface of a kind of question."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sayso_server.texts import Texts, negotiate

Question = Mapping[str, Any]
Problems = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One stored value of an answer: a number, or a text. `name` is the option, row or field that
    it belongs to. An answer with named parts also has a part without a name, which contains their
    count, so that the number of people who answered is known."""

    value: int | None = None
    text: str | None = None
    name: str = ""


class Unfit(Exception):
    """The answer does not fit its question; the message says what to send."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as a page sends it. `text` adds to the value, for example the text for "other"."""

    value: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a rendered question: a language, the nearest built-in texts, the survey's score
    question, and the bucket key for shuffling."""

    language: str
    texts: Texts
    score: Question | None = None
    bucket_key: str = ""

    def text(self, own: Mapping[str, str] | None, otherwise: str = "") -> str:
        """The survey's own text in the reader's language, else `otherwise`."""
        return own[negotiate([self.language], own)] if own else otherwise


def _no_problems(_: Question) -> Problems:
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

    render: the question in a reader's language, as sent to the page. read: an answer's parts;
    raises Unfit. recall: the answer that was read into these parts. fields: allowed in a definition
    besides id, kind, title and required. needed: required in a definition, except those in
    built_in. further: whether the page must load a further file to show it. enough: whether the
    parts answer a required question. problems: field → why the question can never be asked.
    """

    render: Callable[[Question, Reader], dict[str, Any]]
    read: Callable[[Question, Given], tuple[Part, ...]]
    recall: Callable[[Question, Sequence[Part]], Given]
    fields: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    further: Callable[[Question], bool] = _simple
    enough: Callable[[Question, Sequence[Part]], bool] = _anything
    problems: Callable[[Question], Problems] = field(default=_no_problems)
    built_in: Callable[[Question], frozenset[str]] = _none_built_in


def several(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Named parts, preceded by the part that counts them; empty if there are none."""
    named = tuple(parts)
    return (Part(len(named)), *named) if named else ()


def number(_: Question, parts: Sequence[Part]) -> Given:
    """Recall an answer that is one number."""
    return Given(parts[0].value)


def words(_: Question, parts: Sequence[Part]) -> Given:
    """Recall an answer that is one text."""
    return Given(parts[0].text)


def named(parts: Sequence[Part]) -> list[Part]:
    """The named parts, without the part that counts them."""
    return [part for part in parts if part.name]


def always(_: Question) -> bool:
    """The page needs a further file for every question of this kind."""
    return True
