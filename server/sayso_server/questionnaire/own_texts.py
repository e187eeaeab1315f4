"""The texts that a survey says itself, and in which languages it has them all.

What the survey does not say is built in, in 35 languages. Own and built-in texts stand side by
side, so a survey speaks a language only where it has every one of its own texts in it: popup,
button, receipt and the page of the receipt all follow the same choice.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sayso_server.texts import LANGUAGES, nearest

Definition = Mapping[str, Any]
Text = Mapping[str, str]

PLAIN = ""  # under which a text without a language is kept until its project's is known
TEXTS = ("title", "low", "high", "label", "placeholder", "other", "none", "text")
ASKED = ("questions", "thanks")


def in_language(value: Any, language: str) -> Any:
    """The definition with its plain texts in this language."""
    if isinstance(value, Mapping):
        return {name or language: in_language(inner, language) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_language(one, language) for one in value]
    return value


def own_texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    """Every text of the survey's own that anybody may see, by its field."""
    variants = definition.get("variants", ())
    for name in ASKED:
        if not variants or any(name not in one for one in variants):
            yield from _texts_in(definition.get(name), name)
        for place, one in enumerate(variants):
            yield from _texts_in(one.get(name), f"variants.{place}.{name}")
    for path, text in (
        ("trigger.label", definition["trigger"].get("label")),
        ("why", definition.get("why")),
    ):
        if text:
            yield path, text


def languages(definition: Definition) -> tuple[str, ...]:
    """The languages that the survey speaks: those of all its own texts, or all built-in ones where
    it has none. One without built-in texts counts only where there is no other."""
    own = [text for _, text in own_texts(definition)]
    if not own:
        return LANGUAGES
    complete = _complete(own)
    spoken = tuple(tag for tag in complete if is_built_in(tag))
    return spoken or complete or _most_complete(own)


@lru_cache(maxsize=1024)
def is_built_in(tag: str) -> bool:
    """Whether there are built-in texts in this language."""
    return nearest(tag, LANGUAGES) is not None


def gaps(definition: Definition) -> dict[str, list[str]]:
    """Language → the fields that lack it, where other texts of the survey are in it."""
    own = list(own_texts(definition))
    lacking = {
        tag: [path for path, text in own if not nearest(tag, text)]
        for tag in _spelt_once(tag for _, text in own for tag in text)
    }
    return {tag: paths for tag, paths in lacking.items() if paths}


def _texts_in(value: Any, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from _texts_in(one, f"{path}.{place}")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            inside = f"{path}.{name}"
            if name in TEXTS and isinstance(inner, Mapping):
                yield inside, inner
            elif name == "names":
                yield from ((f"{inside}.{place}", one) for place, one in enumerate(inner))
            elif name != "then":
                yield from _texts_in(inner, inside)


def _complete(own: Collection[Text]) -> tuple[str, ...]:
    tags = sorted({tag for text in own for tag in text})
    # Most often every text spells a tag alike, and this is done for each popup.
    return tuple(tag for tag in tags if all(tag in text or nearest(tag, text) for text in own))


def _most_complete(own: Collection[Text]) -> tuple[str, ...]:
    """For what was published before incomplete texts were refused."""
    tags = sorted({tag for text in own for tag in text})
    return (max(tags, key=lambda tag: sum(nearest(tag, text) is not None for text in own)),)


def _spelt_once(tags: Iterator[str]) -> list[str]:
    """The tags, but of two that are read by the same people (de, de-AT) only the first."""
    found: list[str] = []
    for tag in sorted(set(tags)):
        if not nearest(tag, found):
            found.append(tag)
    return found
