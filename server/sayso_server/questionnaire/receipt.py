"""The attention receipt: why the survey was asked, when the next may be asked, what is stored."""

from collections.abc import Mapping
from typing import Any

from sayso_server.decision.promise import Promise
from sayso_server.questionnaire.kinds.kind import Reader
from sayso_server.texts import LANGUAGES, Receipt, builtin, negotiate


def texts_of(language: str) -> Receipt:
    """The built-in texts nearest to a survey's language."""
    return builtin(negotiate([language], LANGUAGES)).receipt


def explain(
    definition: Mapping[str, Any], language: str, moment: str, promise: Promise, *, proven: bool
) -> list[str]:
    """The sentences of the receipt, the survey's own first. `moment` is the kind of moment that
    triggered it. `{date}` is left for the page, which formats dates."""
    texts = texts_of(language)
    reader = Reader(language, builtin(negotiate([language], LANGUAGES)))
    sentences = [
        reader.text(definition.get("why")),
        _moment(texts, definition["trigger"]["kind"], moment),
        texts.once if promise.once else "",
        texts.until if promise.quiet_for else "",
        texts.known if proven else texts.unknown,
    ]
    return [sentence for sentence in sentences if sentence]


def _moment(texts: Receipt, trigger: str, moment: str) -> str:
    if moment == "show":
        return texts.opened
    if trigger == "lifecycle":
        return texts.routine
    return texts.moment if moment == "event" else texts.page
