"""Which language a visitor gets, and which way it runs.

BCP 47 tags (RFC 5646), compared by language, script and region in the manner of RFC 4647 lookup.
Chinese is told apart by script, which the region implies where the tag does not say it (CLDR's
likely subtags): a reader of one script is never given the other.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

DEFAULT_LANGUAGE = "en"
# RFC 5646 asks for 35 characters at the least; whatever is far longer is no language.
LONGEST_TAG = 100

# Names that mean another language here: deprecated codes, Chinese languages that are written as
# Chinese is, and Norwegian, whose readers all read Bokmål.
# fmt: off
ALIASES = {
    "cmn": "zh", "yue": "zh", "wuu": "zh",
    "iw": "he", "ji": "yi", "in": "id", "mo": "ro",
    "no": "nb", "nn": "nb",
}
# fmt: on
CHINESE_REGIONS = {"tw": "hant", "hk": "hant", "mo": "hant"}
# Whose words these write where there are none of their own (CLDR's parent locales).
NEIGHBOURS = {"mo": "hk"}
CHINESE_LEGACY = {"chs": "hans", "cht": "hant"}

RTL_SCRIPTS = frozenset(
    {"adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa", "yezi"}
)
# fmt: off
RTL_LANGUAGES = frozenset({
    "ar", "arc", "ars", "ary", "arz", "apc", "azb", "bal", "bqi", "ckb", "dv", "fa", "glk", "he",
    "khw", "ks", "lrc", "mzn", "nqo", "pnb", "prs", "ps", "sd", "sdh", "skr", "syr", "ug", "ur",
    "yi",
})
# fmt: on
# Written from right to left in these regions, from left to right elsewhere.
RTL_BY_REGION = frozenset({("pa", "pk"), ("az", "ir"), ("uz", "af"), ("ku", "iq"), ("ku", "ir")})


class Tag(NamedTuple):
    """The parts that choose a text, in lower case; script and region are "" where unsaid."""

    language: str
    script: str
    region: str


def negotiate(
    wanted: Sequence[str], available: Collection[str], default: str = DEFAULT_LANGUAGE
) -> str:
    """The available tag, as spelt there, for a reader who wants these, best first.

    For each wanted tag in turn, and then for `default`: the same tag; the same language and script,
    in the wanted region, else in its neighbour, else in none, else in any. Failing all, the first
    available, so that the answer is one of them (with none at all: `default`). Case and underscores
    do not matter; a malformed tag is passed over.
    """
    offers = {tag: offer for tag in available if (offer := parse(tag))}
    for one in (*wanted, default):
        wish = parse(one)
        if wish and (found := _best(one, wish, offers)):
            return found
    return next(iter(available), default)


def nearest(tag: str, available: Collection[str]) -> str | None:
    """The available tag, as spelt there, in the same language and script; None without one."""
    offers = {one: offer for one in available if (offer := parse(one))}
    wish = parse(tag)
    return _best(tag, wish, offers) if wish else None


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way a language is written: by its script where the tag says it, else by its name."""
    tag = parse(language)
    if tag is None:
        return "ltr"
    if tag.script:
        return "rtl" if tag.script in RTL_SCRIPTS else "ltr"
    rtl = tag.language in RTL_LANGUAGES or (tag.language, tag.region) in RTL_BY_REGION
    return "rtl" if rtl else "ltr"


@lru_cache(maxsize=4096)
def parse(tag: str) -> Tag | None:
    """The parts of a tag; None for what is no tag. POSIX names (de_AT.UTF-8) are understood."""
    if len(tag) > LONGEST_TAG:
        return None
    name = tag.strip().partition(".")[0].partition("@")[0]
    language, *rest = name.replace("_", "-").lower().split("-")
    if not (language.isascii() and language.isalpha() and 2 <= len(language) <= 8):
        return None
    rest = list(_before_extensions(rest))
    extended = [part for part in rest if len(part) == 3 and part.isalpha()]
    language = next((part for part in extended if part in ALIASES), language)
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    region = next((part for part in rest if _is_region(part)), "")
    if ALIASES.get(language, language) == "zh":
        legacy = next((CHINESE_LEGACY[part] for part in extended if part in CHINESE_LEGACY), "")
        script = script or legacy or _chinese_script(language, region)
        region = region or ("hk" if (language, script) == ("yue", "hant") else "")
    return Tag(ALIASES.get(language, language), script, region)


def _best(one: str, wish: Tag, offers: dict[str, Tag]) -> str | None:
    """The offer nearest to the wish; None without one in its language and script."""
    near = [
        (_distance(one, wish, tag, offer), tag)
        for tag, offer in offers.items()
        if offer.language == wish.language
        and (offer.script == wish.script or not (offer.script and wish.script))
    ]
    return min(near)[1] if near else None


def _distance(one: str, wish: Tag, tag: str, offer: Tag) -> int:
    if tag.lower() == one.strip().replace("_", "-").lower():
        return 0
    nearest = (wish.region, NEIGHBOURS.get(wish.region, wish.region), "")
    away = nearest.index(offer.region) if offer.region in nearest else len(nearest)
    other_script = 4 if offer.script != wish.script else 0
    return 1 + other_script + away


def _before_extensions(parts: Iterable[str]) -> Iterable[str]:
    """Subtags up to the first singleton (-u-, -x-), which begins an extension or private use."""
    for part in parts:
        if len(part) == 1:
            return
        yield part


def _is_region(part: str) -> bool:
    return (len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdecimal())


def _chinese_script(language: str, region: str) -> str:
    if language == "yue" and region != "cn":
        return "hant"
    return CHINESE_REGIONS.get(region, "hans")
