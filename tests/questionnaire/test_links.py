"""A survey links only to addresses that show their host."""

import pytest

from sayso_server.questionnaire.links import url_problems


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example/",
        "HTTPS://Shop.Example/thanks?from=a@b&to=//x#@y",
        "https://shop.example:8443/",
        "https://bücher.example/straße",
        "https://xn--bcher-kva.example/",
        "https://localhost/thanks",
        "https://192.0.2.7/",
        "https://[2001:db8::7]:8443/",
        "https://a_b.shop.example./",
        "https://shop.example/%5Cpath",
        "mailto:help@shop.example",
        "mailto:help@shop.example?subject=After%20my%20order",
        "tel:+37060000000",
        "tel:0800-123",
    ],
)
def test_an_ordinary_address_is_accepted(url: str) -> None:
    assert url_problems(url) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https:evil", "does not name its host"),
        ("https:evil.example/x", "does not name its host"),
        ("https:/evil.example", "does not name its host"),
        ("https:///evil.example", "does not name its host"),
        ("https://", "has no host"),
        ("https://?x", "has no host"),
        ("https://#x", "has no host"),
        ("https://:443/", "has no host"),
        ("https://a@b/", "hides the host"),
        ("https://shop.example@evil.example/", "hides the host"),
        ("https://shop.example:443@evil.example/", "hides the host"),
        ("https://:@evil.example/", "hides the host"),
        ("https://shop.example%40evil.example/", "has no host"),
        ("https://evil\u202eelpmaxe.example/", "U+202E"),
        ("https://shop.example/\u202egnp.exe", "U+202E"),
        ("https://pay\u200bpal.example/", "U+200B"),
        ("https://shop.example/\u2066x", "U+2066"),
        ("https://shop\u00ad.example/", "U+00AD"),
        ("https://shop.example/a b", "U+0020"),
        ("https://shop.example/\n", "U+000A"),
        ("https://shop.example\u00a0/", "U+00A0"),
        ("https:\\\\evil.example", "backslash"),
        ("https://shop.example\\@evil.example/", "backslash"),
        ("https://shop..example/", "has no host"),
        ("https://-shop.example/", "has no host"),
        ("https://shop!.example/", "has no host"),
        ("https://" + "a" * 64 + ".example/", "has no host"),
        ("https://shop.example:port/", "port"),
        ("https://shop.example:99999/", "port"),
        ("https://[::1/", "port"),
        ("https://1.2.3/", "has no host"),
        ("https://2130706433/", "has no host"),
        ("mailto:", "names no mail address"),
        ("mailto:help", "names no mail address"),
        ("tel:", "names no telephone number"),
        ("tel:javascript", "names no telephone number"),
        ("javascript:alert(1)", "is neither https, mailto nor tel"),
        ("http://shop.example/", "is neither https, mailto nor tel"),
        ("//shop.example/", "is neither https, mailto nor tel"),
        (" https://shop.example/", "is neither https, mailto nor tel"),
        ("", "is neither https, mailto nor tel"),
    ],
)
def test_an_address_that_hides_where_it_leads_is_refused(url: str, said: str) -> None:
    (problem,) = url_problems(url)
    assert said in problem


def test_mail_is_refused_where_only_https_is_allowed() -> None:
    assert url_problems("mailto:help@shop.example", ("https:",)) == [
        "is not https; send such an address"
    ]
