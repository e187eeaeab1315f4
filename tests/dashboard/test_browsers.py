"""A browser's name for the list of sessions."""

import pytest

from sayso_server.dashboard.browsers import browser_of

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 {}Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME.format("X11; Linux x86_64", ""), "Chrome on Linux"),
        (CHROME.format("Linux; Android 10; K", "Mobile "), "Chrome on Android"),
        (CHROME.format("Windows NT 10.0; Win64; x64", "") + " Edg/140.0.0.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.0", "unknown browser"),
        ("\x1b]0;Windows\x07", "unknown browser on Windows"),
        ("", "unknown browser"),
    ],
)
def test_a_user_agent_becomes_a_few_words_of_ours(agent: str, name: str) -> None:
    assert browser_of(agent) == name
