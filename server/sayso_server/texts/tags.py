"""Language tags as people type them: checked, and written in their one canonical way.

BCP 47 (RFC 5646): well-formed, of a language, script and region that exist. What exists, and the
English names, is CLDR's list (`registry/tags.json`). Written as RFC 5646, section 2.1.1 has it:
de-AT, zh-Hant-HK.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .languages import parse

LONGEST = 35  # characters; RFC 5646, section 4.4.1
PATTERN = r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$"
"""What every tag looks like: a language, and subtags after it."""
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
    """The text is no language tag; says why, and what to write."""


@dataclass(frozen=True)
class Known:
    """What exists: languages with their English names; what is written otherwise by its alias."""

    languages: dict[str, str]
    language_aliases: dict[str, str]
    scripts: frozenset[str]
    regions: frozenset[str]
    region_aliases: dict[str, str]


def looks_like_one(text: str) -> bool:
    """Whether the text has the form of a tag, whatever its parts mean."""
    return len(text) <= LONGEST and _SHAPE.fullmatch(text) is not None


def canonical(tag: str) -> str:
    """The tag as BCP 47 writes it: `DE-at` is de-AT, `eng` en, `en-UK` en-GB. Raises NoTag."""
    found = _FORM.fullmatch(tag.lower()) if len(tag) <= LONGEST else None
    if found is None:
        raise NoTag("Is no language tag; send one of BCP 47, as de, pt-BR or zh-Hant.")
    script = (found["script"] or "").title()
    parts = (
        _language(found["language"]),
        _script(script),
        _region((found["region"] or "").upper()),
    )
    return "-".join(part for part in parts if part) + found["rest"]


def language_name(tag: str) -> str:
    """What a language is called in English, with script or region where the tag says them:
    "German", "Portuguese (BR)"."""
    parsed = parse(tag)
    if parsed is None:
        return tag
    name = known().languages.get(parsed.language, parsed.language)
    found = _FORM.fullmatch(tag.lower())
    script, region = (found["script"], found["region"]) if found else (None, None)
    beside = [*([script.title()] if script else []), *([region.upper()] if region else [])]
    return f"{name} ({', '.join(beside)})" if beside else name


@cache
def known() -> Known:
    """Everything that exists."""
    text = files(__package__).joinpath("registry", "tags.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    return Known(
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
