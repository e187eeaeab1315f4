"""Choose a visitor's language, and find its writing direction.

BCP 47 tags (RFC 5646) are compared by language, script and region, similar to RFC 4647 lookup.
Chinese is distinguished by script; if the tag has none, the region implies it (CLDR's likely
subtags). A reader of one script never gets the other.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

DEFAULT_LANGUAGE = "en"
# RFC 5646 requires support for 35 characters; anything far longer is not a language tag.
LONGEST_TAG = 100

# Codes treated as another language: deprecated codes, languages that are written as Chinese, and
# Norwegian, whose readers all read Bokmål.
# fmt: off
ALIASES = {
    "cmn": "zh", "yue": "zh", "wuu": "zh",
    "iw": "he", "ji": "yi", "in": "id", "mo": "ro",
    "no": "nb", "nn": "nb",
}
# fmt: on
CHINESE_REGIONS = {"tw": "hant", "hk": "hant", "mo": "hant"}
# Region → the region whose texts it shares (CLDR's parent locales).
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
    """The parts of a tag that matter here, in lower case; script and region are "" if absent."""

    language: str
    script: str
    region: str


def negotiate(
    wanted: Sequence[str], available: Collection[str], default: str = DEFAULT_LANGUAGE
) -> str:
    """The tag, as spelt in `available`, for a reader who wants these tags, best first.

    For each wanted tag in turn, and then for `default`: the same tag; else the same language and
    script, in the wanted region, else in its neighbour, else without a region, else in any region.
    If nothing matches, the first available tag (`default` if `available` is empty). Case and
    underscores do not matter; malformed tags are skipped.
    """
    offers = {tag: offer for tag in available if (offer := parse(tag))}
    for tag in (*wanted, default):
        wish = parse(tag)
        if wish and (best := _best(tag, wish, offers)):
            return best
    return next(iter(available), default)


def nearest(tag: str, available: Collection[str]) -> str | None:
    """The nearest tag, as spelt in `available`, with the same language and script; else None."""
    offers = {offered: offer for offered in available if (offer := parse(offered))}
    wish = parse(tag)
    return _best(tag, wish, offers) if wish else None


def direction(language: str) -> Literal["ltr", "rtl"]:
    """A language's writing direction: by the tag's script if it has one, else by its language."""
    tag = parse(language)
    if tag is None:
        return "ltr"
    if tag.script:
        return "rtl" if tag.script in RTL_SCRIPTS else "ltr"
    rtl = tag.language in RTL_LANGUAGES or (tag.language, tag.region) in RTL_BY_REGION
    return "rtl" if rtl else "ltr"


@lru_cache(maxsize=4096)
def parse(tag: str) -> Tag | None:
    """The parts of a tag; None if it is not a tag. POSIX names (de_AT.UTF-8) are understood."""
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


def _best(wanted: str, wish: Tag, offers: dict[str, Tag]) -> str | None:
    """The available language closest to the requested language; None if no tag has the same
    language and a compatible script."""
    candidates = [
        (_distance(wanted, wish, tag, offer), tag)
        for tag, offer in offers.items()
        if offer.language == wish.language
        and (offer.script == wish.script or not (offer.script and wish.script))
    ]
    return min(candidates)[1] if candidates else None


def _distance(wanted: str, wish: Tag, tag: str, offer: Tag) -> int:
    if tag.lower() == wanted.strip().replace("_", "-").lower():
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
