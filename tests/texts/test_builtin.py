import json
import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from sayso_server.texts import LANGUAGES, builtin, direction
from tests.texts.customs import CUSTOMS, LATIN

# The most letters that fit in a popup 320 pixels wide; a Chinese character counts as two.
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
    "further.date_wrong": 60,
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
    """Every text with its path: ("nps.comment.passive", "…"); list items are numbered."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{number}")
    else:
        assert isinstance(value, str), path
        yield path, value


def width(text: str) -> int:
    """The width in Latin letters: a Chinese or Korean character counts as two, a mark as none."""
    letters = [letter for letter in text if unicodedata.category(letter) != "Mn"]
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in letters)


def texts(language: str) -> dict[str, str]:
    return {path: text for path, text in leaves(raw(language)) if path not in NOT_TEXT}


NOT_TEXT = {"language", "direction"}
PLACE = re.compile(r"\{[a-z]+\}")
# Texts that are identical in English, and English words that a language has adopted.
SAME_WORD = {
    ("da", "feedback"),
    ("da", "labels.send"),
    ("de", "feedback"),
    ("de", "further.name"),
    ("el", "further.email"),
    ("id", "further.email"),
    ("nb", "labels.send"),
    ("nl", "feedback"),
    ("vi", "further.email"),
}
LOANS = {
    "da": {"browser", "have", "links"},
    "de": {"browser", "link", "links"},
    "el": {"email"},
    "et": {"link"},
    "fr": {"excellent", "page", "place", "question", "service"},
    "hu": {"link"},
    "id": {"email", "modern"},
    "it": {"account", "browser", "link"},
    "nb": {"best"},
    "nl": {"account", "browser", "later", "link", "links", "modern", "product"},
    "pl": {"link"},
    "pt-BR": {"link", "links"},
    "ro": {"browser", "competent", "link", "modern", "place"},
    "sv": {"just", "modern"},
    "tr": {"modern"},
    "vi": {"email"},
}

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_translation = pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])


def test_there_is_one_file_for_each_language_and_no_other() -> None:
    found = {
        file.name for file in files("sayso_server.texts").iterdir() if file.name.endswith(".json")
    }
    assert found == {f"{language}.json" for language in LANGUAGES}
    assert set(LANGUAGES) == set(CUSTOMS)


@each_language
def test_every_language_has_every_text(language: str) -> None:
    assert [path for path, _ in leaves(raw(language))] == [path for path, _ in leaves(raw("en"))]
    assert len(raw(language)["csat"]["options"]) == 5


@each_language
def test_a_file_has_its_language_and_direction(language: str) -> None:
    loaded = raw(language)
    assert (loaded["language"], loaded["direction"]) == (language, direction(language))


@each_language
def test_no_text_is_empty_padded_or_marked_up(language: str) -> None:
    for path, text in texts(language).items():
        assert text.strip() == text != "", path
        assert not re.search(r"[<>&{}%\\`*_\n\t]", PLACE.sub("", text)), f"{path}: {text}"
        assert re.sub(r"\u00a0:|\u202f[?!;]", "", text).isprintable(), path
        assert "  " not in text, path


@each_language
def test_no_text_is_too_long_for_the_popup(language: str) -> None:
    for path, text in texts(language).items():
        names = [name for name in LONGEST if path == name]
        names += [name for name in LONGEST if name in path.split(".")]
        assert names, path
        assert width(PLACE.sub("", text)) <= LONGEST[names[0]], f"{path}: {text}"


@each_translation
def test_nothing_was_left_in_english(language: str) -> None:
    english = {text.lower() for text in texts("en").values()}
    words = {word for text in english for word in re.findall(r"[a-z]{4,}", text)}
    for path, said in texts(language).items():
        text = PLACE.sub("", said).lower()
        if (language, path) in SAME_WORD:
            continue
        assert text not in english, path
        own = set(re.findall(r"\b[a-z]{4,}\b", text)) - LOANS.get(language, set())
        assert not words & own, f"{path}: {text}"


@each_language
def test_every_letter_is_in_the_languages_alphabet(language: str) -> None:
    custom = CUSTOMS[language]
    for path, said in texts(language).items():
        if (language, path) in SAME_WORD:
            continue
        text = re.sub("|".join(LOANS.get(language, {PLACE.pattern})), "", PLACE.sub("", said))
        letters = {letter for letter in text.lower() if letter.isalpha()}
        if custom.script == LATIN:
            assert letters <= set("abcdefghijklmnopqrstuvwxyz" + custom.letters), path
        for letter in letters:
            assert re.match(custom.script, unicodedata.name(letter)), f"{path}: {text}"


@each_language
def test_texts_are_composed_so_that_a_letter_is_one_letter(language: str) -> None:
    for path, text in texts(language).items():
        assert unicodedata.normalize("NFC", text) == text, path


@each_language
def test_every_placeholder_is_present(language: str) -> None:
    english = texts("en")
    for path, text in texts(language).items():
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(english[path])), path


@each_language
def test_the_trademark_is_not_shown_to_visitors(language: str) -> None:
    for path, text in texts(language).items():
        assert not re.search(r"(?i:nps|net promoter|csat)|\bCES\b", text), path


@each_language
def test_the_five_options_and_the_three_prompts_differ_from_each_other(language: str) -> None:
    loaded = raw(language)
    assert len(set(loaded["csat"]["options"])) == 5
    for kind in ("nps", "csat", "ces"):
        assert len(set(loaded[kind]["comment"].values())) == 3
    for kind in ("nps", "ces"):
        assert loaded[kind]["low"] != loaded[kind]["high"]


@each_language
def test_the_second_word_of_satisfaction_is_the_first_one_weakened(language: str) -> None:
    worst, bad, middle, good, best = (one.lower() for one in raw(language)["csat"]["options"])
    assert bad in worst
    assert good in best
    assert middle not in (bad, good)


@each_language
def test_effort_runs_from_very_easy_to_very_hard(language: str) -> None:
    ces = builtin(language).ces
    assert (ces.low, ces.high) == (CUSTOMS[language].easy, CUSTOMS[language].hard)


# Words that may follow a number, because the number does not count or inflect them.
AFTER_NUMBERS = {
    "ar": {"على"},
    "de": {"aus", "von"},
    "hu": {"lehetőséget"},
    "ja": {"個以上選んでください", "個までです", "件中", "番目"},
    "ko": {"개", "번째"},
    "lt": {"vieta", "iš"},
    "tr": {"tane"},
}
UNINFLECTED = ("hi", "id", "th", "vi", "zh")


@each_language
def test_no_number_inflects_a_noun(language: str) -> None:
    if language.startswith(UNINFLECTED):
        return
    for path, text in texts(language).items():
        for word in re.findall(r"\{(?:n|count)\} ?(\w+)", text):
            assert word.startswith(tuple(AFTER_NUMBERS.get(language, "-"))), f"{path}: {text}"


@each_language
def test_a_date_is_neither_inflected_nor_followed_by_a_second_full_stop(language: str) -> None:
    inflected, ends_itself = ("et", "hu", "it", "lv"), ("bg", "hu", "lt", "uk")
    for path, text in texts(language).items():
        if language in inflected and "{date}" in text:
            assert ": {date}" in text, f"{path}: {text}"
        if language in ends_itself:
            assert "{date}." not in text, f"{path}: {text}"


def test_each_chinese_text_is_in_its_script() -> None:
    for text in texts("zh-Hans").values():
        text.encode("gb2312")  # simplified characters only
    for language, written, otherwise in (
        ("zh-Hant", "什麼", "甚麼"),
        ("zh-Hant-HK", "甚麼", "什麼"),
    ):
        for text in texts(language).values():
            text.encode("big5")  # traditional characters only
        joined = "".join(texts(language).values())
        assert written in joined
        assert otherwise not in joined


@each_language
def test_visitors_are_addressed_consistently(language: str) -> None:
    joined = "\n".join(texts(language).values())
    assert re.search(CUSTOMS[language].addressed, joined)
    familiar = re.search(CUSTOMS[language].never, joined)
    assert not familiar, familiar


@each_language
def test_questions_end_as_their_language_asks(language: str) -> None:
    mark = CUSTOMS[language].question
    loaded = raw(language)
    for kind in ("nps", "csat", "ces"):
        assert loaded[kind]["title"].endswith(mark), kind
    for path, text in texts(language).items():
        foreign = set("?？؟;\u037e") - set(mark)
        assert not foreign & set(text), f"{path}: {text}"
        assert language != "fr" or not re.search(r"[^\u202f][?!;]|[^\u00a0]:", text), path
        assert language != "es" or text.count("?") == text.count("¿"), path
        assert language != "es" or text.count("!") == text.count("¡"), path


@each_language
def test_later_close_and_never_differ(language: str) -> None:
    loaded, later = raw(language), CUSTOMS[language].later
    labels, receipt = loaded["labels"], loaded["receipt"]
    assert later in labels["later"].lower()
    for other in (labels["close"], labels["never"], labels["skip"], receipt["never"]):
        assert later not in other.lower()
    said = {labels["later"], labels["close"], labels["never"], labels["skip"], receipt["never"]}
    assert len(said) == 5


@each_language
def test_the_typed_texts_equal_the_file(language: str) -> None:
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


@pytest.mark.parametrize("language", ["sr", "DE", "", "../secrets", "en.json"])
def test_a_language_without_texts_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="no built-in texts"):
        builtin(language)
