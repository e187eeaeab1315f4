"""Survey texts are checked for each language, and a popup never mixes two languages."""

from typing import Any

import pytest
from sqlalchemy import update

from sayso_server.storage.database import tables
from sayso_server.texts import builtin
from tests.product import Product
from tests.sqlite_product import app

__all__ = ["app"]

EVENT = {"event": "e"}
BOTH = {"en": "Happy?", "de": "Zufrieden?"}


def in_german(product: Product) -> Product:
    """Makes German the language of the project's plain texts."""
    product.dependencies.store.write(
        lambda c: c.execute(update(tables.projects).values(language="de"))
    )
    product.dependencies.project_cache.forget()
    return product


def popup(product: Product, locale: str) -> Any:
    visitor = product.visitor()
    ask = visitor.decide("event", name="e", locale=locale)["ask"]
    return {**ask["survey"], "invitation": ask["invitation"], "visitor": visitor}


def published(product: Product, **survey: Any) -> Any:
    path = f"/v1/surveys/{product.ok('POST', '/v1/surveys', {'name': 'x', **survey})['id']}"
    return product.ok("POST", f"{path}/publish")


def titled(*titles: Any) -> list[dict[str, Any]]:
    return [{"id": f"q{n}", "kind": "text", "title": title} for n, title in enumerate(titles)]


def test_every_plain_text_is_stored_in_the_projects_language(
    product: Product,
) -> None:
    survey = in_german(product).ok(
        "POST",
        "/v1/surveys",
        {
            "name": "x",
            "trigger": {"kind": "button", "label": "Meinung"},
            "questions": [
                {
                    "id": "a",
                    "kind": "csat",
                    "title": "Zufrieden?",
                    "names": ["1", "2", "3", "4", "5"],
                },
                {
                    "id": "b",
                    "kind": "choice",
                    "title": {"en": "Why?", "de": "Warum?"},
                    "options": [{"id": "p", "label": "Preis"}, {"id": "q", "label": "Tee"}],
                    "other": "Anderes",
                },
            ],
            "why": "Weil.",
            "thanks": {"title": "Danke"},
        },
    )
    score, why = survey["questions"]
    assert score["title"] == {"de": "Zufrieden?"}
    assert score["names"][4] == {"de": "5"}
    assert why["title"] == {"en": "Why?", "de": "Warum?"}
    assert (why["options"][0]["label"], why["other"]) == ({"de": "Preis"}, {"de": "Anderes"})
    assert survey["trigger"]["label"] == {"de": "Meinung"}
    assert (survey["why"], survey["thanks"]["title"]) == ({"de": "Weil."}, {"de": "Danke"})
    patched = product.ok("PATCH", f"/v1/surveys/{survey['id']}", {"why": "Darum."})
    assert patched["why"] == {"de": "Darum."}


def test_a_german_projects_popup_is_entirely_german(product: Product) -> None:
    published(
        in_german(product),
        trigger=EVENT,
        questions=[{"id": "s", "kind": "csat", "title": "Wie zufrieden sind Sie?"}],
    )
    german = builtin("de")
    for locale in ("de", "en", "fr"):
        survey = popup(product, locale)
        assert survey["language"] == "de"
        assert survey["labels"]["send"] == german.labels.send
        assert survey["questions"][0]["names"] == list(german.csat.options)


@pytest.mark.parametrize(
    "part",
    [
        {"questions": titled(BOTH, {"en": "More?"})},
        {"questions": titled(BOTH), "thanks": {"title": {"en": "Cheers"}}},
        {"questions": titled(BOTH), "why": {"en": "Because."}},
        {"questions": [{"id": "s", "kind": "nps", "title": BOTH, "low": {"en": "No"}}]},
        {
            "questions": titled(BOTH),
            "variants": [{"name": "a", "questions": titled({"en": "Only?"})}, {"name": "b"}],
        },
    ],
)
def test_a_visitor_with_an_incomplete_language_gets_a_complete_one(
    product: Product, part: dict[str, Any]
) -> None:
    said = published(product, trigger=EVENT, **part)
    (warning,) = said["warnings"]["languages"]
    assert warning.startswith("German is incomplete: ")
    assert warning.endswith("; readers of German will see English")
    assert said["languages"] == ["en"]
    for _ in range(4):  # covers both variants
        survey = popup(product, "de-AT")
        assert survey["language"] == "en"
        assert survey["labels"]["send"] == builtin("en").labels.send


def test_the_receipt_and_its_page_use_the_popups_language(product: Product) -> None:
    published(product, trigger=EVENT, questions=titled(BOTH), why={"en": "Because."})
    survey = popup(product, "de")
    visitor, invitation = survey["visitor"], survey["invitation"]
    said = visitor.ok("receipt", {"invitation": invitation})
    assert said["title"] == builtin("en").receipt.title
    assert said["sentences"][0] == "Because."
    receipt = visitor.answer(invitation, ("q0", "fine"), complete=True)["receipt"]
    assert receipt["label"] == builtin("en").receipt.change
    secret = receipt["url"].partition("#")[2]
    page = product.client.post("/v1/answer", json={"secret": secret}).json
    assert page["survey"]["language"] == "en"
    assert page["texts"]["save"] == builtin("en").receipt.save


def test_a_button_has_the_language_of_its_popup(product: Product) -> None:
    survey = product.publish(
        {"trigger": {"kind": "button", "label": BOTH}, "questions": titled({"en": "How?"})}
    )
    body = {"surveys": [survey.replace("-", "")[-8:]], "page": {"url": "https://shop.example/"}}
    visitor = product.visitor()
    body["page"] = {"url": "https://shop.example/", "locale": "de"}
    button = visitor.ok("button", {**visitor.who(), **body})["button"]
    assert (button["language"], button["label"]) == ("en", "Happy?")


def test_publishing_requires_one_complete_language(product: Product) -> None:
    draft = {"name": "x", "trigger": EVENT, "questions": titled({"en": "a"}, {"de": "b"})}
    path = f"/v1/surveys/{product.ok('POST', '/v1/surveys', draft)['id']}"
    response = product.call("POST", f"{path}/publish")
    assert response.status_code == 422
    (said,) = response.json["errors"]["languages"]
    assert "German lacks questions.0.title; English lacks questions.1.title" in said


def test_a_language_without_built_in_texts_gets_a_warning(product: Product) -> None:
    said = published(product, trigger=EVENT, questions=titled({"sw": "Habari?"}))
    assert said["languages"] == ["sw"]
    assert "no built-in texts in Swahili" in said["warnings"]["languages"][0]


def test_a_complete_survey_gets_no_language_warning(product: Product) -> None:
    assert "languages" not in published(product, trigger=EVENT, questions=titled(BOTH))["warnings"]
    said = published(product, trigger=EVENT, template="nps")
    assert (len(said["languages"]), "languages" in said["warnings"]) == (35, False)


@pytest.mark.parametrize(
    ("typed", "kept"), [("DE", "de"), ("zh-hant", "zh-Hant"), ("en-UK", "en-GB"), ("deu", "de")]
)
def test_language_tags_are_normalised_to_bcp_47(product: Product, typed: str, kept: str) -> None:
    draft = {"name": "x", "trigger": EVENT, "questions": titled({typed: "?"})}
    draft["audience"] = {"languages": [typed]}
    survey = product.ok("POST", "/v1/surveys", draft)
    assert survey["questions"][0]["title"] == {kept: "?"}
    assert survey["audience"]["languages"] == [kept]


@pytest.mark.parametrize(
    "title",
    [
        {"jp": "x"},
        {"de_DE": "x"},
        {"": "x"},
        {"de": "x", "DE": "y"},
        {"english": "x"},
        {"de": 1},
        [],
    ],
)
def test_an_invalid_translated_text_is_refused_by_field(product: Product, title: Any) -> None:
    draft = {"name": "x", "trigger": EVENT, "questions": titled(title)}
    response = product.call("POST", "/v1/surveys", draft)
    assert (response.status_code, list(response.json["errors"])) == (422, ["questions.0.title"])


def test_every_text_has_a_type_in_the_openapi_document(product: Product) -> None:
    schemas = product.client.get("/v1/openapi.json").json["components"]["schemas"]
    text = schemas["Text"]
    assert text["examples"][1] == {"en": "How was it?", "de": "Wie war es?"}
    assert [one["type"] for one in text["oneOf"]] == ["string", "object"]
    assert schemas["Question"]["properties"]["title"]["allOf"] == [
        {"$ref": "#/components/schemas/Text"}
    ]
    untyped = [
        (name, field)
        for name, schema in schemas.items()
        for field, value in schema.get("properties", {}).items()
        if not value and field in ("title", "label", "text", "why", "low", "high")
    ]
    assert untyped == []
