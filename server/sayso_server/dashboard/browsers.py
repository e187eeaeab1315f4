"""The browser's name for the list of sessions, from its user agent. Pure."""

# The order matters: most user agents also contain Chrome or Safari.
NAMES = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_of(user_agent: str) -> str:
    """ "Firefox on Linux"; "unknown browser" if neither is known."""
    name = _first(NAMES, user_agent) or "unknown browser"
    system = _first(SYSTEMS, user_agent)
    return f"{name} on {system}" if system else name


def _first(known: dict[str, str], user_agent: str) -> str | None:
    return next((name for mark, name in known.items() if mark in user_agent), None)
