"""Language tags as people type them."""

import re

import pytest

from sayso_server.texts import LANGUAGES, NoTag, canonical, language_name
from sayso_server.texts.tags import known, looks_like_one


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-at", "de-AT"),
        ("ZH-HANT-hk", "zh-Hant-HK"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("de-CH-1901", "de-CH-1901"),
        ("de-u-co-phonebk", "de-u-co-phonebk"),
        ("en-x-pirate", "en-x-pirate"),
        ("eng", "en"),
        ("deu", "de"),
        ("ger-AT", "de-AT"),
        ("iw", "he"),
        ("gsw", "gsw"),
        ("en-UK", "en-GB"),
    ],
)
def test_a_tag_has_one_canonical_form(typed: str, written: str) -> None:
    assert canonical(typed) == written
    assert canonical(written) == written


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_built_in_language_is_one_and_has_a_name(tag: str) -> None:
    assert canonical(tag) == tag
    assert language_name(tag)[0].isupper()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no language tag"),
        ("d", "no language tag"),
        ("de_DE", "no language tag"),
        ("de-", "no language tag"),
        ("de DE", "no language tag"),
        ("de\n", "no language tag"),
        ("dé", "no language tag"),
        ("de-AT-AT", "no language tag"),
        ("de-x", "no language tag"),
        ("de-" + "-".join(["abcde"] * 8), "no language tag"),
        ("*", "no language tag"),
        ("english", "no language"),
        ("jp", "`jp` is no language"),
        ("cz", "`cz` is no language"),
        ("xx", "`xx` is no language"),
        ("zh-Abcd", "`Abcd` is no script"),
        ("de-QQ", "`QQ` is no region"),
    ],
)
def test_an_invalid_tag_is_refused_with_the_remedy(typed: str, said: str) -> None:
    with pytest.raises(NoTag, match=re.escape(said)) as refused:
        canonical(typed)
    assert "; send " in str(refused.value)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("de", "German"),
        ("pt-BR", "Portuguese (BR)"),
        ("zh-hant", "Chinese (Hant)"),
        ("no", "Norwegian Bokmål"),
    ],
)
def test_a_language_has_a_name(tag: str, name: str) -> None:
    assert language_name(tag) == name


def test_the_documented_pattern_matches_looks_like_one() -> None:
    assert all(map(looks_like_one, (*LANGUAGES, "de-AT", "es-419", "zh-Hant-HK", "DE", "jp")))
    wrong = ("de_AT", "de\nx", "d", "de-", "", "englishspeaking", "de" + "-x" * 17)
    assert not any(map(looks_like_one, wrong))
    assert len(known().languages) > 500
