"""A theme's colours keep their contrast in light and dark mode; illegible text is refused."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso_server.questionnaire.contrast import contrast
from sayso_server.questionnaire.palette import MODES, OWN, Colors, palette
from sayso_server.questionnaire.theme import PLACES, problems, properties

STYLE = Path(__file__).parents[2] / "widget/src/element/element.css"
COLORS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
CHOSEN = st.fixed_dictionaries({}, optional=dict.fromkeys(("accent", "surface", "text"), COLORS))
THEMES = st.builds(
    lambda look, rest: {**look, **rest},
    CHOSEN,
    st.one_of(
        st.fixed_dictionaries({"mode": st.sampled_from(MODES)}),
        st.fixed_dictionaries({}, optional={"dark": CHOSEN}),
    ),
)


def seen(theme: dict[str, Any]) -> list[dict[str, str]]:
    """The popup's colours by colour scheme, as a browser resolves them."""
    sent = properties(theme)
    found = []
    for mode in MODES:
        other = MODES[1 - MODES.index(mode)]
        read = {
            name: re.sub(rf"var\(--sayso-({mode},(.*?)|{other},.*?)\)", r"\2", value)
            for name, value in sent.items()
        }
        found.append({**palette(OWN[mode], mode), **read})
    return found


@pytest.mark.parametrize("accent", ["#ffd400", "#8fe388", "#ffffff"])
def test_text_on_a_pale_accent_is_black(accent: str) -> None:
    assert properties({"accent": accent})["on-accent"] == "#000000"


@pytest.mark.parametrize("accent", ["#0b57d0", "#7a0019", "#000000"])
def test_text_on_a_dark_accent_is_white(accent: str) -> None:
    assert properties({"accent": accent})["on-accent"] == "#ffffff"


def test_an_accent_with_little_contrast_to_the_surface_is_outlined_like_the_text() -> None:
    light, dark = seen({"accent": "#ffd400"})
    assert (light["edge"], dark["edge"]) == (OWN["light"].text, "#ffd400")
    light, dark = seen({"accent": "#0a1a4a"})
    assert (light["edge"], dark["edge"]) == ("#0a1a4a", OWN["dark"].text)


def test_without_a_theme_the_popup_has_its_default_look() -> None:
    assert properties({}) == {}
    assert properties({"mode": "auto", "font": "own"}) == {}


def test_unchanged_properties_are_not_sent() -> None:
    assert set(properties({"accent": "#0b57d0"})) == {"accent", "on-accent", "edge"}


def test_a_theme_of_one_mode_is_used_in_both_colour_schemes() -> None:
    light, dark = seen({"mode": "dark", "surface": "#101010"})
    assert light == dark
    assert (light["paper"], light["text"], light["scheme"]) == ("#101010", "#eceef1", "dark")


def test_the_dark_mode_has_its_own_colours_and_else_the_accent() -> None:
    light, dark = seen({"accent": "#ff5500", "surface": "#fff8f0", "dark": {"surface": "#201000"}})
    assert (light["paper"], light["accent"]) == ("#fff8f0", "#ff5500")
    assert (dark["paper"], dark["accent"]) == ("#201000", "#ff5500")


def test_the_radius_of_buttons_is_relative_to_that_of_the_popup() -> None:
    assert properties({"radius": 0}) == {"radius": "0px", "inner": "0px"}
    assert properties({"radius": 16}) == {"radius": "16px", "inner": "10px"}


def test_the_seven_positions_differ() -> None:
    assert len(PLACES) == 7
    assert len({tuple(properties({"place": place}).values()) for place in PLACES}) == 7
    bottom_end = {"block": "auto 20px", "inline": "auto 20px", "from": "0 8px"}
    assert properties({"place": "bottom-end"}) == bottom_end


def test_illegible_text_is_refused_with_its_ratio_and_a_remedy() -> None:
    (said,) = problems({"text": "#999999"})["text"]
    assert said == (
        "text #999999 on surface #ffffff has 2.8:1, needs 4.5:1; #767676 would do as text"
    )
    (said,) = problems({"surface": "#222222"})["surface"]
    assert said.startswith("our own text #16191d on surface #222222 has 1.1:1")
    assert said.endswith("#87898b would do as text")


def test_a_failing_ratio_is_not_rounded_up_to_a_passing_one() -> None:
    assert "4.4:1" in problems({"text": "#777777"})["text"][0]


def test_the_dark_mode_is_checked_too() -> None:
    assert list(problems({"dark": {"text": "#333333"}})) == ["dark.text"]
    assert list(problems({"dark": {"surface": "#eeeeee"}})) == ["dark.surface"]
    assert list(problems({"mode": "dark", "text": "#333333"})) == ["text"]
    assert problems({"text": "#000000", "dark": {"text": "#ffffff"}}) == {}


@given(THEMES)
def test_a_published_theme_is_legible_in_every_mode(theme: dict[str, Any]) -> None:
    if problems(theme):
        return
    for look in seen(theme):
        paper = look["paper"]
        for text in ("text", "soft", "problem"):
            assert contrast(look[text], paper) >= 4.5, text
        assert contrast(look["text"], look["wash"]) >= 4.5
        assert contrast(look["on-accent"], look["accent"]) >= 4.5
        assert contrast(look["edge"], paper) >= 3
        assert contrast(look["field"], paper) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_the_default_colours_are_those_of_the_stylesheet(mode: str) -> None:
    light, _, dark = STYLE.read_text().partition("prefers-color-scheme: dark")
    said = dict(re.findall(r"--sayso-(\w+): (#\w+);", dark if mode == "dark" else light))
    said = {
        name: color.replace("#fff", "#ffffff") if len(color) == 4 else color
        for name, color in said.items()
    }
    assert Colors(said["accent"], said["paper"], said["text"]) == OWN[mode]
