import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from sayso_server.texts import LANGUAGES, builtin, direction

# What a popup 320 pixels wide can hold, in letters; a Chinese or Japanese one is two wide.
LONGEST = {
    "labels.name": 30,
    "labels.close": 20,
    "labels.later": 20,
    "labels.send": 20,
    "labels.skip": 20,
    "labels.appeared": 80,
    "thanks.title": 40,
    "thanks.text": 80,
    "title": 110,
    "low": 30,
    "high": 30,
    "options": 22,
    "comment": 90,
    "placeholder": 40,
    "further.required": 50,
    "further.at_least": 50,
    "further.at_most": 50,
    "further.email_wrong": 60,
    "further.phone_wrong": 60,
    "further": 32,
    "labels": 24,
    "receipt.never": 32,
    "receipt.back": 32,
    "receipt.change": 32,
    "receipt.save": 24,
    "receipt.delete": 32,
    "receipt.sure": 32,
    "receipt.keep": 24,
    "receipt.title": 40,
    "receipt.answer": 40,
    "receipt": 110,
    "feedback": 16,
    "servqual.expectation": 110,
    "servqual.perception": 110,
    "servqual": 44,
}


def raw(language: str) -> dict[str, Any]:
    text = files("sayso_server.texts").joinpath(f"{language}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its path: ("nps.comment.passive", "…"); of an option, its number too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{number}")
    else:
        assert isinstance(value, str), path
        yield path, value


def texts(language: str) -> dict[str, str]:
    return {path: text for path, text in leaves(raw(language)) if path not in NOT_TEXT}


NOT_TEXT = {"language", "direction"}
PLACE = re.compile(r"\{[a-z]+\}")
# Words that German took over.
SAME_WORD = {("de", "further.name"), ("de", "feedback")}
LOANS = {"de": {"browser", "link", "links"}}

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_translation = pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])


def test_there_is_one_file_for_each_language_and_no_other() -> None:
    found = {
        file.name for file in files("sayso_server.texts").iterdir() if file.name.endswith(".json")
    }
    assert found == {f"{language}.json" for language in LANGUAGES}
    assert set(LANGUAGES) == {"en", "zh-Hans", "zh-Hant-HK", "ja", "lt", "de"}


@each_language
def test_every_language_has_every_text(language: str) -> None:
    assert [path for path, _ in leaves(raw(language))] == [path for path, _ in leaves(raw("en"))]
    assert len(raw(language)["csat"]["options"]) == 5


@each_language
def test_a_file_says_which_language_it_is_and_which_way_it_runs(language: str) -> None:
    loaded = raw(language)
    assert (loaded["language"], loaded["direction"]) == (language, direction(language))


@each_language
def test_no_text_is_empty_padded_or_marked_up(language: str) -> None:
    for path, text in texts(language).items():
        assert text.strip() == text != "", path
        assert not re.search(r"[<>&{}%\\`*_\n\t]", PLACE.sub("", text)), f"{path}: {text}"
        assert text.isprintable(), path
        assert "  " not in text, path


@each_language
def test_no_text_is_too_long_for_its_place(language: str) -> None:
    width = 2 if language.startswith(("zh", "ja")) else 1
    for path, text in texts(language).items():
        names = [name for name in LONGEST if path == name]
        names += [name for name in LONGEST if name in path.split(".")]
        assert names, path
        assert len(PLACE.sub("", text)) * width <= LONGEST[names[0]], f"{path}: {text}"


@each_translation
def test_nothing_was_left_in_english(language: str) -> None:
    english = {text.lower() for text in texts("en").values()}
    words = {word for text in english for word in re.findall(r"[a-z]{4,}", text)}
    for path, said in texts(language).items():
        text = PLACE.sub("", said)
        if (language, path) in SAME_WORD:
            continue
        assert text.lower() not in english, path
        own = set(re.findall(r"[a-z]{4,}", text.lower())) - LOANS.get(language, set())
        assert not words & own, f"{path}: {text}"
        if language.startswith(("zh", "ja")):
            assert not re.search(r"[A-Za-z]", text), f"{path}: {text}"


@each_language
def test_every_place_to_fill_in_is_there(language: str) -> None:
    english = texts("en")
    for path, text in texts(language).items():
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(english[path])), path


@each_language
def test_the_trademark_is_not_shown_to_visitors(language: str) -> None:
    for path, text in texts(language).items():
        assert not re.search(r"nps|net promoter|csat|\bces\b", text, re.IGNORECASE), path


@each_language
def test_the_five_options_and_the_three_prompts_differ_from_each_other(language: str) -> None:
    loaded = raw(language)
    assert len(set(loaded["csat"]["options"])) == 5
    for kind in ("nps", "csat", "ces"):
        assert len(set(loaded[kind]["comment"].values())) == 3
    for kind in ("nps", "ces"):
        assert loaded[kind]["low"] != loaded[kind]["high"]


@pytest.mark.parametrize(
    ("language", "very_easy", "very_hard"),
    [
        ("en", "Very easy", "Very hard"), ("zh-Hans", "非常容易", "非常困难"),
        ("zh-Hant-HK", "非常容易", "非常困難"), ("ja", "とても簡単", "とても難しい"),
        ("lt", "Labai lengva", "Labai sunku"), ("de", "Sehr einfach", "Sehr schwierig"),
    ],
)  # fmt: skip
def test_effort_runs_from_very_easy_to_very_hard(
    language: str, very_easy: str, very_hard: str
) -> None:
    ces = builtin(language).ces
    assert (ces.low, ces.high) == (very_easy, very_hard)


def test_each_chinese_is_written_in_its_own_script() -> None:
    for text in texts("zh-Hans").values():
        text.encode("gb2312")  # simplified characters only
    for text in texts("zh-Hant-HK").values():
        text.encode("big5")  # traditional ones only
    joined = "".join(texts("zh-Hant-HK").values())
    assert "甚麼" in joined, "Hong Kong writes 甚麼"
    assert "什麼" not in joined


@pytest.mark.parametrize(
    ("language", "polite", "familiar"),
    [
        ("de", r"\b(Sie|Ihre?n?)\b", r"\b([Dd]u|[Dd]ich|[Dd]eine?)\b"),
        ("lt", r"Jūsų|Jums|vertinate|rekomenduotumėte", r"\b([Tt]u|[Tt]avo|[Tt]au)\b"),
        ("zh-Hans", "您", "你"),
        ("zh-Hant-HK", "您", "你"),
        ("ja", r"お聞かせください|ございます|ましたか", r"あなた|だよ|くれ[。？]"),
    ],
)
def test_visitors_are_addressed_politely(language: str, polite: str, familiar: str) -> None:
    joined = "\n".join(texts(language).values())
    assert re.search(polite, joined)
    assert not re.search(familiar, joined)


@each_language
def test_questions_end_as_their_language_asks(language: str) -> None:
    mark = "？" if language.startswith(("zh", "ja")) else "?"
    loaded = raw(language)
    for kind in ("nps", "csat", "ces"):
        assert loaded[kind]["title"].endswith(mark), kind


@each_language
def test_to_put_it_off_and_to_close_it_are_told_apart(language: str) -> None:
    said = {
        "en": "later",
        "zh-Hans": "稍后",
        "zh-Hant-HK": "稍後",
        "ja": "後で",
        "lt": "vėliau",
        "de": "später",
    }
    labels = raw(language)["labels"]
    assert said[language] in labels["later"].lower()
    assert said[language] not in labels["close"].lower()


@each_language
def test_the_typed_texts_hold_what_the_file_holds(language: str) -> None:
    loaded, typed = raw(language), builtin(language)
    assert typed.language == language
    assert typed.labels.later == loaded["labels"]["later"]
    assert typed.thanks.text == loaded["thanks"]["text"]
    assert typed.nps.comment.detractor == loaded["nps"]["comment"]["detractor"]
    assert typed.csat.options == tuple(loaded["csat"]["options"])
    assert typed.csat.comment.neutral == loaded["csat"]["comment"]["neutral"]
    assert typed.ces.comment.hard == loaded["ces"]["comment"]["hard"]
    assert typed.placeholder == loaded["placeholder"]


def test_texts_are_read_once() -> None:
    assert builtin("de") is builtin("de")


@pytest.mark.parametrize("language", ["fr", "DE", "", "../secrets", "en.json"])
def test_a_language_without_texts_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="no built-in texts"):
        builtin(language)
