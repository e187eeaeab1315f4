"""A survey's own texts, and the languages in which it has all of them.

All other texts are built in, in 35 languages. Own and built-in texts are shown together, so a
survey is available only in languages in which it has every own text. Popup, button, receipt and
receipt page all use the same language.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sayso_server.texts import LANGUAGES, nearest

Definition = Mapping[str, Any]
Text = Mapping[str, str]

PLAIN = ""  # the key of a text without a language, until the project's language is known
TEXTS = ("title", "low", "high", "label", "placeholder", "other", "none", "text")
ASKED = ("questions", "thanks")


def in_language(value: Any, language: str) -> Any:
    """The definition with its PLAIN texts moved to this language."""
    if isinstance(value, Mapping):
        return {name or language: in_language(inner, language) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_language(item, language) for item in value]
    return value


def own_texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    """Every own text of the survey that a visitor may see, with its field path."""
    variants = definition.get("variants", ())
    for name in ASKED:
        if not variants or any(name not in variant for variant in variants):
            yield from _texts_in(definition.get(name), name)
        for index, variant in enumerate(variants):
            yield from _texts_in(variant.get(name), f"variants.{index}.{name}")
    for path, text in (
        ("trigger.label", definition["trigger"].get("label")),
        ("why", definition.get("why")),
    ):
        if text:
            yield path, text


def languages(definition: Definition) -> tuple[str, ...]:
    """The languages in which the survey is available: the languages that all its own texts have, or
    all built-in languages if it has no own texts. A language without built-in texts is only used
    if no other language is available."""
    own = [text for _, text in own_texts(definition)]
    if not own:
        return LANGUAGES
    complete = _complete(own)
    built_in = tuple(tag for tag in complete if is_built_in(tag))
    return built_in or complete or _most_complete(own)


@lru_cache(maxsize=1024)
def is_built_in(tag: str) -> bool:
    """Whether there are built-in texts in this language."""
    return nearest(tag, LANGUAGES) is not None


def gaps(definition: Definition) -> dict[str, list[str]]:
    """Language → the fields without a text in it, for every language that the survey uses."""
    own = list(own_texts(definition))
    lacking = {
        tag: [path for path, text in own if not nearest(tag, text)]
        for tag in _spelt_once(tag for _, text in own for tag in text)
    }
    return {tag: paths for tag, paths in lacking.items() if paths}


def _texts_in(value: Any, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts_in(item, f"{path}.{index}")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            inside = f"{path}.{name}"
            if name in TEXTS and isinstance(inner, Mapping):
                yield inside, inner
            elif name == "names":
                yield from ((f"{inside}.{index}", text) for index, text in enumerate(inner))
            elif name != "then":
                yield from _texts_in(inner, inside)


def _complete(own: Collection[Text]) -> tuple[str, ...]:
    tags = sorted({tag for text in own for tag in text})
    # `tag in text` is a fast path: this runs for each popup, and most texts spell tags alike.
    return tuple(tag for tag in tags if all(tag in text or nearest(tag, text) for text in own))


def _most_complete(own: Collection[Text]) -> tuple[str, ...]:
    """The language with the most texts, for versions that were published with incomplete texts."""
    tags = sorted({tag for text in own for tag in text})
    return (max(tags, key=lambda tag: sum(nearest(tag, text) is not None for text in own)),)


def _spelt_once(tags: Iterator[str]) -> list[str]:
    """The tags without those that match an earlier one (de-AT after de)."""
    distinct: list[str] = []
    for tag in sorted(set(tags)):
        if not nearest(tag, distinct):
            distinct.append(tag)
    return distinct
