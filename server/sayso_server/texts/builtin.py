"""The built-in texts: one JSON file for each language, with the structure of `Texts`."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

# fmt: off
LANGUAGES = (
    "en",
    "ar", "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "he", "hi", "hu", "id", "it", "ja",
    "ko", "lt", "lv", "nb", "nl", "pl", "pt", "pt-BR", "ro", "sk", "sv", "th", "tr", "uk", "vi",
    "zh-Hans", "zh-Hant", "zh-Hant-HK",
)
# fmt: on


@dataclass(frozen=True)
class Labels:
    """name: of the dialog, for assistive technology. appeared: announced once by screen readers.
    later: ask again in a week, unlike close. never: never ask again. why: opens the receipt."""

    name: str
    close: str
    later: str
    never: str
    why: str
    send: str
    skip: str
    appeared: str


@dataclass(frozen=True)
class Thanks:
    title: str
    text: str


@dataclass(frozen=True)
class NpsComment:
    detractor: str
    passive: str
    promoter: str


@dataclass(frozen=True)
class Nps:
    """low and high: the ends of 0…10. The trademark is not shown to visitors."""

    title: str
    low: str
    high: str
    comment: NpsComment


@dataclass(frozen=True)
class CsatComment:
    negative: str
    neutral: str
    positive: str


@dataclass(frozen=True)
class Csat:
    """options: five, from the worst (1) to the best (5)."""

    title: str
    options: tuple[str, ...]
    comment: CsatComment


@dataclass(frozen=True)
class CesComment:
    easy: str
    neutral: str
    hard: str


@dataclass(frozen=True)
class Ces:
    """low is 1, very easy; high is 5, very hard."""

    title: str
    low: str
    high: str
    comment: CesComment


@dataclass(frozen=True)
class Agreement:
    """The effort question as a statement: low is 1 (disagree), high is 7 (agree)."""

    title: str
    low: str
    high: str


@dataclass(frozen=True)
class Further:
    """Texts for kinds of questions other than the three scores. `{n}` is a number, `{item}` an
    option's text, `{place}` and `{count}` its rank and the number of options."""

    next: str
    required: str
    other: str
    which: str
    none: str
    at_least: str
    at_most: str
    agree: str
    name: str
    email: str
    phone: str
    email_wrong: str
    phone_wrong: str
    date_wrong: str
    up: str
    down: str
    placed: str
    progress: str


@dataclass(frozen=True)
class Receipt:
    """Why the visitor is asked (moment: an event, page: the page itself, routine: a cadence,
    opened: their own click), how answers are used, and how to change or delete them. `{date}` is a
    day."""

    title: str
    moment: str
    page: str
    routine: str
    opened: str
    until: str
    once: str
    known: str
    unknown: str
    never: str
    back: str
    change: str
    answer: str
    text: str
    save: str
    saved: str
    delete: str
    sure: str
    keep: str
    deleted: str
    ended: str
    failed: str


@dataclass(frozen=True)
class Servqual:
    """The two titles, and one item for each of the five dimensions. The scale's ends are those of
    `Agreement`."""

    expectation: str
    perception: str
    tangibles: str
    reliability: str
    responsiveness: str
    assurance: str
    empathy: str


@dataclass(frozen=True)
class Texts:
    """placeholder: in the open question's field. feedback: on the feedback button.

    Texts need no plural forms: no noun depends on a number. A `{date}` is never in a position
    where the language would inflect it, or directly before a full stop: a date may end with one."""

    language: str
    direction: Literal["ltr", "rtl"]
    labels: Labels
    thanks: Thanks
    nps: Nps
    csat: Csat
    ces: Ces
    agreement: Agreement
    placeholder: str
    further: Further
    receipt: Receipt
    feedback: str
    servqual: Servqual


@cache
def builtin(language: str) -> Texts:
    """The texts in a language of LANGUAGES (use `negotiate` to choose it). Raises ValueError."""
    if language not in LANGUAGES:
        raise ValueError(f"no built-in texts in {language!r}; there are {', '.join(LANGUAGES)}")
    text = files(__package__).joinpath(f"{language}.json").read_text(encoding="utf-8")
    return _texts(json.loads(text))


def _texts(raw: dict[str, Any]) -> Texts:
    nps, csat, ces = dict(raw["nps"]), dict(raw["csat"]), dict(raw["ces"])
    return Texts(
        language=raw["language"],
        direction=raw["direction"],
        labels=Labels(**raw["labels"]),
        thanks=Thanks(**raw["thanks"]),
        nps=Nps(comment=NpsComment(**nps.pop("comment")), **nps),
        csat=Csat(
            comment=CsatComment(**csat.pop("comment")), options=tuple(csat.pop("options")), **csat
        ),
        ces=Ces(comment=CesComment(**ces.pop("comment")), **ces),
        agreement=Agreement(**raw["agreement"]),
        placeholder=raw["placeholder"],
        further=Further(**raw["further"]),
        receipt=Receipt(**raw["receipt"]),
        feedback=raw["feedback"],
        servqual=Servqual(**raw["servqual"]),
    )
