"""The product's colour stays legible on our paper, light and dark."""

import pytest

from sayso_server.questionnaire.theme import luminance, properties


def test_white_is_one_and_black_is_none() -> None:
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#000000") == 0


@pytest.mark.parametrize("accent", ["#ffd400", "#8fe388", "#ffffff"])
def test_text_on_a_pale_accent_is_black(accent: str) -> None:
    assert properties({"accent": accent})["on-accent"] == "#000"


@pytest.mark.parametrize("accent", ["#0b57d0", "#7a0019", "#000000"])
def test_text_on_a_dark_accent_is_white(accent: str) -> None:
    assert properties({"accent": accent})["on-accent"] == "#fff"


def test_a_pale_accent_gets_a_dark_outline_on_light_paper_and_a_dark_one_a_light_on_dark() -> None:
    pale, dark = properties({"accent": "#ffd400"}), properties({"accent": "#0a1a4a"})
    assert (pale["edge-light"], pale.get("edge-dark")) == ("var(--sayso-text)", None)
    assert (dark["edge-dark"], dark.get("edge-light")) == ("var(--sayso-text)", None)


def test_without_an_accent_the_pages_own_colours_serve() -> None:
    assert properties({}) == {}
