"""The page that calls, as decisions see it: where it is, on what, in which language."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from sayso_server.addresses import UNKNOWN, among
from sayso_server.api.access import PageCall
from sayso_server.api.page.programs import is_program
from sayso_server.decision.facts import Device, Page

_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)")
_PHONE = re.compile(r"Mobi|iPhone|iPod|Windows Phone")
_COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST = 1_000  # characters of a user agent that are looked at


def visit(call: dict[str, Any], page: PageCall) -> Page:
    """What the page's call tells beside its trigger. Nothing of it is stored but the URL and the
    language of an invitation."""
    agent = request.headers.get("User-Agent", "")[:LONGEST]
    policy = page.project.policy
    return Page(
        url=call["page"]["url"],
        language=call["page"]["locale"],
        device=device(agent),
        country=_country(policy.get("country_header")),
        proven=page.user_id is not None,
        bot=is_program(agent),
        staff_network=among(request.remote_addr or UNKNOWN, _staff_networks(policy)),
        zone=call["page"]["zone"],
    )


def device(agent: str) -> Device:
    """By the user agent: a tablet that calls itself a desktop counts as one."""
    if _TABLET.search(agent):
        return "tablet"
    return "phone" if _PHONE.search(agent) else "desktop"


def _country(header: str | None) -> str | None:
    """Only a header that the project names is believed: its proxy sets it."""
    said = request.headers.get(header, "").strip().upper() if header else ""
    return said if _COUNTRY.fullmatch(said) else None


def _staff_networks(policy: Mapping[str, Any]) -> Sequence[str]:
    networks: Sequence[str] = policy.get("staff", {}).get("networks", ())
    return networks
