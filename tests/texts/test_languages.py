from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.texts import LANGUAGES, direction, negotiate
from sayso_server.texts.languages import parse


@pytest.mark.parametrize(
    ("wanted", "served"),
    [
        # Exact matches.
        ("en", "en"), ("de", "de"), ("ja", "ja"), ("lt", "lt"),
        ("zh-Hans", "zh-Hans"), ("zh-Hant", "zh-Hant"), ("zh-Hant-HK", "zh-Hant-HK"),
        ("fr", "fr"), ("pt", "pt"), ("pt-BR", "pt-BR"), ("he", "he"), ("nb", "nb"),
        # Less specific.
        ("en-US", "en"), ("en-GB-oxendict", "en"), ("de-AT", "de"), ("de-CH-1996", "de"),
        ("de-Latn-DE", "de"), ("ja-JP", "ja"), ("ja-Jpan-JP", "ja"), ("ja-JP-u-ca-japanese", "ja"),
        ("lt-LT", "lt"), ("lt-x-private", "lt"), ("en-419", "en"), ("en-u-va-posix", "en"),
        ("fr-CA", "fr"), ("es-419", "es"), ("es-MX", "es"), ("ar-EG", "ar"), ("nl-BE", "nl"),
        ("uk-UA", "uk"), ("ro-MD", "ro"), ("ko-KR", "ko"), ("el-CY", "el"), ("hi-IN", "hi"),
        # Portuguese by region; Norwegian; deprecated codes.
        ("pt-PT", "pt"), ("pt-AO", "pt"), ("pt_BR", "pt-BR"), ("pt-BR-x-informal", "pt-BR"),
        ("no", "nb"), ("nn", "nb"), ("nn-NO", "nb"), ("no-NO", "nb"), ("nb-NO", "nb"),
        ("iw", "he"), ("iw-IL", "he"), ("in-ID", "id"), ("mo", "ro"),
        # Simplified Chinese.
        ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-SG", "zh-Hans"), ("zh-MY", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"), ("zh-Hans-HK", "zh-Hans"), ("zh-Hans-TW", "zh-Hans"),
        ("cmn", "zh-Hans"), ("zh-cmn-Hans-CN", "zh-Hans"), ("cmn-CN", "zh-Hans"),
        ("zh-CHS", "zh-Hans"), ("yue-CN", "zh-Hans"), ("yue-Hans", "zh-Hans"),
        ("zh-x-tw", "zh-Hans"),
        # Traditional Chinese.
        ("zh-TW", "zh-Hant"), ("zh-HK", "zh-Hant-HK"), ("zh-MO", "zh-Hant-HK"),
        ("zh-Hant-MO", "zh-Hant-HK"), ("zh-Hant-TW", "zh-Hant"), ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hant-HK-u-nu-hanidec", "zh-Hant-HK"), ("yue", "zh-Hant-HK"), ("yue-HK", "zh-Hant-HK"),
        ("yue-MO", "zh-Hant-HK"), ("yue-TW", "zh-Hant"), ("zh-yue", "zh-Hant-HK"),
        ("zh-CHT", "zh-Hant"), ("cmn-TW", "zh-Hant"), ("cmn-Hant", "zh-Hant"),
        # Case, underscores, POSIX names, surrounding spaces.
        ("DE-at", "de"), ("ZH_tw", "zh-Hant"), ("zh_hans_cn", "zh-Hans"), ("EN_us", "en"),
        ("de_AT.UTF-8", "de"), ("de_DE@euro", "de"), ("zh_TW.Big5", "zh-Hant"),
        ("zh_TW@stroke", "zh-Hant"), (" ja ", "ja"),
        # Unknown.
        ("sr", "en"), ("hr-HR", "en"), ("fa-IR", "en"), ("tlh", "en"), ("dev", "en"),
        ("enm", "en"), ("jam", "en"), ("x-klingon", "en"), ("i-default", "en"),
        # Not a language tag.
        ("", "en"), ("*", "en"), ("-", "en"), ("_", "en"), ("--", "en"), ("de--", "de"),
        ("1", "en"), ("C", "en"), ("POSIX", "en"), ("日本語", "en"), ("ｄｅ", "en"),
        ("\x00", "en"), ("\ud800", "en"), ("de\x00", "en"), ("de,en;q=0.5", "en"),
        ("d" * 9, "en"), ("de-" + "a-" * 5000, "en"), ("<script>", "en"), ("../de", "en"),
    ],
)  # fmt: skip
def test_a_reader_gets_the_nearest_built_in_language(wanted: str, served: str) -> None:
    assert negotiate([wanted], LANGUAGES) == served


@pytest.mark.parametrize(
    ("wanted", "available", "served"),
    [
        # A loose match for the first wanted language wins over the second.
        (["sr", "de-AT", "en"], LANGUAGES, "de"),
        (["", "??", "lt"], LANGUAGES, "lt"),
        (["zh-TW", "ja"], ["en", "zh-Hans", "ja"], "ja"),  # never the other script
        (["zh-TW"], ["en", "zh-Hans"], "en"),
        (["zh-CN"], ["en", "zh-Hant-HK"], "en"),
        # A survey may spell its languages differently.
        (["zh-CN"], ["en", "zh"], "zh"),
        (["zh-Hans"], ["en", "zh-CN"], "zh-CN"),
        (["zh-HK"], ["en", "zh-TW", "zh-HK"], "zh-HK"),
        (["zh-MO"], ["en", "zh_TW"], "zh_TW"),
        (["zh-Hant"], ["zh-TW", "zh-Hant"], "zh-Hant"),
        (["zh-MO"], ["zh-HK", "zh-Hant"], "zh-HK"),  # Macau writes as Hong Kong does
        (["zh-MO"], ["zh-Hant", "zh-MO", "zh-HK"], "zh-MO"),
        (["zh-MO"], ["zh-TW", "zh-Hant"], "zh-Hant"),
        (["zh-TW"], ["zh-HK"], "zh-HK"),
        (["nn"], ["en", "nb", "nn"], "nn"),
        (["zh-TW"], ["zh-HK", "zh-TW-x-formal"], "zh-TW-x-formal"),
        (["pt"], ["en", "pt-BR"], "pt-BR"),
        (["pt-PT"], ["pt-BR", "pt"], "pt"),
        (["pt-PT"], ["pt-BR", "pt-PT", "pt"], "pt-PT"),
        (["PT_pt"], ["pt", "pt-PT"], "pt-PT"),
        (["de-AT"], ["de-CH", "DE"], "DE"),
        (["sr-Latn-RS"], ["sr-Cyrl", "sr-Latn"], "sr-Latn"),
        (["sr-Latn"], ["en", "sr-Cyrl"], "en"),
        (["sr-Cyrl"], ["sr-Latn", "sr"], "sr"),
        (["sr-RS"], ["sr-Cyrl-RS", "sr"], "sr"),
        (["sr"], ["sr-Latn", "sr-Cyrl"], "sr-Cyrl"),
        (["iw-IL"], ["en", "he"], "he"),
        # Nothing fits.
        ([], LANGUAGES, "en"),
        (["fr"], ["ja", "de"], "ja"),  # the first available language
        (["fr"], ["ja", "en-GB"], "en-GB"),  # a loose match for the default
        (["fr"], [], "en"),
    ],
)
def test_a_survey_answers_with_a_language_it_has(
    wanted: list[str], available: Collection[str], served: str
) -> None:
    assert negotiate(wanted, available) == served


def test_the_default_is_the_callers() -> None:
    assert negotiate(["sr"], LANGUAGES, default="lt") == "lt"
    assert negotiate(["sr"], LANGUAGES, default="zh-TW") == "zh-Hant"


@pytest.mark.parametrize("text", ["", "e", "e1", "ｄｅ", "12", "-", "*", "englishing", "d" * 101])
def test_an_invalid_tag_has_no_parts(text: str) -> None:
    assert parse(text) is None


@given(st.lists(st.text(max_size=40)), st.lists(st.text(max_size=20), min_size=1))
def test_no_input_raises_and_the_answer_is_always_available(
    wanted: list[str], available: list[str]
) -> None:
    assert negotiate(wanted, available) in available
    assert negotiate(wanted, LANGUAGES) in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_built_in_language_is_found_by_its_own_name(language: str) -> None:
    for spelling in (language, language.lower(), language.upper(), language.replace("-", "_")):
        assert negotiate(["xx", spelling], LANGUAGES) == language


@pytest.mark.parametrize(
    "language",
    ["ar", "ar-EG", "AR_sa", "he", "he-IL", "iw", "fa", "fa-IR", "ur-PK", "ps", "sd", "ug", "yi",
     "ji", "dv", "ckb-IQ", "syr", "nqo", "az-Arab", "pa-Arab-PK", "pa-PK", "uz-AF", "ku-Arab",
     "ff-Adlm", "ar-Hebr"],
)  # fmt: skip
def test_these_are_written_from_right_to_left(language: str) -> None:
    assert direction(language) == "rtl"


@pytest.mark.parametrize(
    "language",
    [*(one for one in LANGUAGES if one not in ("ar", "he")),
     "sr", "ku-Latn", "ar-Latn", "fa-Latn-IR", "he-Latn", "az", "az-AZ", "pa", "pa-IN",
     "uz", "ku-TR", "ms", "id", "", "*", "arabic", "\x00", "sd-Deva"],
)  # fmt: skip
def test_these_are_written_from_left_to_right(language: str) -> None:
    assert direction(language) == "ltr"
