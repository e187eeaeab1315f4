"""The languages in which a survey has all its own texts."""

from typing import Any

import pytest

from sayso_server.questionnaire.own_texts import gaps, in_language, languages, own_texts
from sayso_server.questionnaire.rendering import choose_language
from sayso_server.texts import LANGUAGES

BOTH = {"en": "x", "de": "y"}
EN, DE, AT = {"en": "x"}, {"de": "y"}, {"de-AT": "y"}
EVENT = {"kind": "event", "event": "e"}


def survey(*titles: Any, **more: Any) -> dict[str, Any]:
    questions: list[dict[str, Any]] = [
        {"id": f"q{place}", "kind": "text", "title": title} for place, title in enumerate(titles)
    ]
    return {"questions": questions or [{"id": "s", "kind": "nps"}], "trigger": EVENT, **more}


def test_every_text_that_anybody_may_see_is_found() -> None:
    questions = [
        {
            "id": "a",
            "kind": "csat",
            "title": EN,
            "names": [EN, DE],
            "then": [{"go": "end", "when": {"attributes": [{"property": "label", "op": "x"}]}}],
        },
        {
            "id": "b",
            "kind": "choice",
            "options": [{"id": "o", "label": EN}],
            "other": EN,
            "none": True,
        },
        {"id": "c", "kind": "matrix", "rows": [{"id": "r", "label": DE}], "low": EN, "high": EN},
        {"id": "d", "kind": "comment", "by_score": [{"max": 3, "title": EN}], "placeholder": EN},
    ]
    thanks = {
        "title": EN,
        "text": EN,
        "by_score": [{"max": 3, "title": EN, "text": EN}],
        "link": {"label": EN, "url": "https://x.example"},
    }
    whole = {
        "questions": questions,
        "thanks": thanks,
        "why": EN,
        "trigger": {"kind": "button", "label": EN},
        "audience": {"attributes": [{"property": "title", "op": "eq", "value": "text"}]},
        "variants": [{"name": "v", "thanks": {"title": EN}}, {"name": "w"}],
    }
    assert [path for path, _ in own_texts(whole)] == [
        "questions.0.title",
        "questions.0.names.0",
        "questions.0.names.1",
        "questions.1.options.0.label",
        "questions.1.other",
        "questions.2.rows.0.label",
        "questions.2.low",
        "questions.2.high",
        "questions.3.by_score.0.title",
        "questions.3.placeholder",
        "thanks.title",
        "thanks.text",
        "thanks.by_score.0.title",
        "thanks.by_score.0.text",
        "thanks.link.label",
        "variants.0.thanks.title",
        "trigger.label",
        "why",
    ]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        (survey(), LANGUAGES),
        (survey(BOTH, BOTH), ("de", "en")),
        (survey(BOTH, EN), ("en",)),
        (survey(BOTH, thanks={"title": DE}), ("de",)),
        (survey(why=DE), ("de",)),
        (survey(BOTH, trigger={"kind": "button", "label": EN}), ("en",)),
        (survey(DE, AT), ("de", "de-AT")),
        (survey({"en": "x", "sw": "y"}), ("en",)),
        (survey({"sw": "y"}), ("sw",)),
        (survey({"zh-Hans": "x", "zh-Hant": "y"}, {"zh-Hant": "y"}), ("zh-Hant",)),
        (survey({"no": "x"}), ("no",)),
        (survey(EN, DE, DE), ("de",)),
        (survey(EN, variants=[{"name": "a", "questions": survey(DE)["questions"]}] * 2), ("de",)),
        (
            survey(
                BOTH, variants=[{"name": "a", "questions": survey(DE)["questions"]}, {"name": "b"}]
            ),
            ("de",),
        ),
    ],
)
def test_a_survey_is_available_in_the_languages_of_all_its_texts(
    asked: Any, spoken: tuple[str, ...]
) -> None:
    assert languages(asked) == spoken


@pytest.mark.parametrize(
    ("asked", "lacking"),
    [
        (survey(), {}),
        (survey(BOTH, DE), {"en": ["questions.1.title"]}),
        (survey(BOTH, EN, thanks={"title": EN}), {"de": ["questions.1.title", "thanks.title"]}),
        (
            survey(DE, AT, EN),
            {"de": ["questions.2.title"], "en": ["questions.0.title", "questions.1.title"]},
        ),
        (survey({"pt": "x", "pt-BR": "y"}, {"pt-BR": "y"}), {}),
    ],
)
def test_gaps_are_the_fields_without_a_text_in_a_language(asked: Any, lacking: Any) -> None:
    assert gaps(asked) == lacking


@pytest.mark.parametrize(
    ("reader", "given"),
    [("de", "en"), ("de-AT", "en"), ("fr", "en"), ("en-GB", "en"), ("??", "en")],
)
def test_readers_of_an_incomplete_language_get_a_complete_one(reader: str, given: str) -> None:
    assert choose_language(survey(BOTH, EN), [reader]) == given


def test_a_plain_text_is_in_the_projects_language() -> None:
    plain = {"questions": [{"id": "a", "title": {"": "Ja"}, "names": [{"": "x"}, {"en": "y"}]}]}
    assert in_language(plain, "de") == {
        "questions": [{"id": "a", "title": {"de": "Ja"}, "names": [{"de": "x"}, {"en": "y"}]}]
    }
