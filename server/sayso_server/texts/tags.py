"""Check language tags as people type them, and convert them to canonical form.

A valid tag is well-formed by BCP 47 (RFC 5646), and its language, script and region exist in CLDR's
list (`registry/tags.json`), which also contains English names. The canonical form follows RFC 5646,
section 2.1.1: de-AT, zh-Hant-HK.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .languages import parse

LONGEST = 35  # characters; RFC 5646, section 4.4.1
PATTERN = r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$"
"""The form of every tag: a language, then subtags."""
_SHAPE = re.compile(PATTERN)
_FORM = re.compile(
    r"(?P<language>[a-z]{2,8})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?)"
)


class NoTag(ValueError):
    """The text is not a language tag; the message says why, and what to write."""


@dataclass(frozen=True)
class KnownTags:
    """All tags that exist: languages with their English names, and aliases → canonical code."""

    languages: dict[str, str]
    language_aliases: dict[str, str]
    scripts: frozenset[str]
    regions: frozenset[str]
    region_aliases: dict[str, str]


def looks_like_one(text: str) -> bool:
    """Whether the text has the form of a tag. The meaning of its parts is not checked."""
    return len(text) <= LONGEST and _SHAPE.fullmatch(text) is not None


def canonical(tag: str) -> str:
    """The canonical form of a tag: `DE-at` → de-AT, `eng` → en, `en-UK` → en-GB. Raises NoTag."""
    match = _FORM.fullmatch(tag.lower()) if len(tag) <= LONGEST else None
    if match is None:
        raise NoTag("Is no language tag; send one of BCP 47, as de, pt-BR or zh-Hant.")
    script = (match["script"] or "").title()
    parts = (
        _language(match["language"]),
        _script(script),
        _region((match["region"] or "").upper()),
    )
    return "-".join(part for part in parts if part) + match["rest"]


def language_name(tag: str) -> str:
    """A language's English name, with the tag's script and region if it has them: "German",
    "Portuguese (BR)"."""
    parsed = parse(tag)
    if parsed is None:
        return tag
    name = known().languages.get(parsed.language, parsed.language)
    match = _FORM.fullmatch(tag.lower())
    script, region = (match["script"], match["region"]) if match else (None, None)
    details = [*([script.title()] if script else []), *([region.upper()] if region else [])]
    return f"{name} ({', '.join(details)})" if details else name


@cache
def known() -> KnownTags:
    """CLDR's list, read once."""
    text = files(__package__).joinpath("registry", "tags.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    return KnownTags(
        languages=raw["languages"],
        language_aliases=raw["language_aliases"],
        scripts=frozenset(raw["scripts"].split()),
        regions=frozenset(raw["regions"].split()),
        region_aliases=raw["region_aliases"],
    )


def _language(code: str) -> str:
    code = known().language_aliases.get(code, code)
    if code not in known().languages:
        raise NoTag(f"`{code}` is no language; send a code of ISO 639, as de, ja or cs.")
    return code


def _script(code: str) -> str:
    if code and code not in known().scripts:
        raise NoTag(f"`{code}` is no script; send a code of ISO 15924, as Hant, or leave it out.")
    return code


def _region(code: str) -> str:
    code = known().region_aliases.get(code, code)
    if code and not code.isdecimal() and code not in known().regions:
        raise NoTag(f"`{code}` is no region; send a code of ISO 3166, as AT, or leave it out.")
    return code
