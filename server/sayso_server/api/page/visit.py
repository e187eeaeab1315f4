"""The page that a call comes from, as decisions use it: URL, device, language, country."""

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
LONGEST = 1_000  # characters of a user agent that are read


def visit(call: dict[str, Any], page: PageCall) -> Page:
    """The page that the call describes. Only the URL and the language are stored, in an
    invitation."""
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
    """The device type, from the user agent. A tablet that identifies itself as a desktop counts as
    a desktop."""
    if _TABLET.search(agent):
        return "tablet"
    return "phone" if _PHONE.search(agent) else "desktop"


def _country(header: str | None) -> str | None:
    """The country from the policy's `country_header`, which the project's proxy sets."""
    code = request.headers.get(header, "").strip().upper() if header else ""
    return code if _COUNTRY.fullmatch(code) else None


def _staff_networks(policy: Mapping[str, Any]) -> Sequence[str]:
    networks: Sequence[str] = policy.get("staff", {}).get("networks", ())
    return networks
