"""Surveys are written as drafts, published as immutable versions, paused and ended."""

import pytest
from sqlalchemy import select

from sayso_server.storage.database.tables import versions
from tests.product import Product

CSAT = {"name": "Orders", "template": "csat", "trigger": {"event": "order_completed"}}


def test_a_template_and_an_event_make_a_complete_survey(product: Product) -> None:
    survey = product.ok("POST", "/v1/surveys", CSAT)
    assert (survey["state"], survey["version"]) == ("draft", 0)
    assert [question["kind"] for question in survey["questions"]] == ["csat", "comment"]
    assert survey["trigger"] == {"kind": "event", "event": "order_completed"}
    live = product.ok("POST", f"/v1/surveys/{survey['id']}/publish")
    assert (live["state"], live["version"]) == ("live", 1)


def test_a_draft_does_not_change_the_live_version(product: Product) -> None:
    survey = product.survey("csat")
    changed = {**CSAT, "template": "nps"}
    product.ok("PUT", f"/v1/surveys/{survey}", changed)
    assert product.visitor().did()["survey"]["questions"][0]["kind"] == "csat"
    assert product.ok("POST", f"/v1/surveys/{survey}/publish")["version"] == 2
    assert product.visitor().did()["survey"]["questions"][0]["kind"] == "nps"


def test_an_unchanged_draft_keeps_its_version(product: Product) -> None:
    survey = product.survey("csat")
    assert product.ok("POST", f"/v1/surveys/{survey}/publish")["version"] == 1


def test_an_answer_is_checked_against_the_version_of_its_invitation(product: Product) -> None:
    survey = product.survey("csat")
    visitor = product.visitor()
    invitation = visitor.did()["invitation"]
    product.ok("PUT", f"/v1/surveys/{survey}", {**CSAT, "template": "nps"})
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    body = {"invitation": invitation, "answers": [{"question": "score", "value": 9}]}
    assert visitor.post("responses", body).status_code == 422


def test_answers_on_two_scales_are_never_pooled(product: Product) -> None:
    survey = product.survey("nps")
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("score", 9))
    product.ok("PUT", f"/v1/surveys/{survey}", CSAT)
    assert product.report(survey)["kind"] == "nps"
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    visitor = product.visitor()
    visitor.answer(visitor.did()["invitation"], ("score", 4))
    report = product.report(survey)
    assert (report["kind"], report["n"], report["score"]) == ("csat", 1, 4)


def test_a_paused_survey_resumes_when_published_again(product: Product) -> None:
    survey = product.survey()
    product.ok("POST", f"/v1/surveys/{survey}/pause")
    assert product.visitor().did() is None
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    assert product.visitor().did() is not None


def test_an_ended_survey_stays_ended(product: Product) -> None:
    survey = product.survey()
    product.ok("POST", f"/v1/surveys/{survey}/end")
    for method, path, body in (
        ("POST", "publish", None),
        ("POST", "pause", None),
        ("PUT", "", CSAT),
    ):
        response = product.call(method, f"/v1/surveys/{survey}/{path}".rstrip("/"), body)
        assert (response.status_code, response.json["code"]) == (409, "conflict")


def test_only_a_live_survey_can_be_paused(product: Product) -> None:
    draft = product.ok("POST", "/v1/surveys", CSAT)["id"]
    response = product.call("POST", f"/v1/surveys/{draft}/pause")
    assert (response.status_code, response.json["code"]) == (409, "conflict")
    assert product.ok("GET", f"/v1/surveys/{draft}")["state"] == "draft"


def test_every_change_sets_updated_at(product: Product) -> None:
    survey = product.ok("POST", "/v1/surveys", CSAT)
    path = f"/v1/surveys/{survey['id']}"
    for method, call, body in (
        ("PUT", "", {**CSAT, "name": "Renamed"}),
        ("POST", "/publish", None),
        ("POST", "/pause", None),
        ("POST", "/end", None),
    ):
        product.clock.forward(minutes=1)
        changed = product.ok(method, f"{path}{call}", body)
        assert changed["updated_at"] == product.clock.now.isoformat()
        assert changed["created_at"] == survey["created_at"]


def test_a_deleted_survey_leaves_no_version(product: Product) -> None:
    survey = product.survey()
    assert product.call("DELETE", f"/v1/surveys/{survey}").status_code == 204
    with product.dependencies.store.read() as connection:
        assert connection.execute(select(versions)).all() == []


def test_only_a_survey_that_asked_nobody_can_be_deleted(product: Product) -> None:
    unused, used = product.survey(event="never"), product.survey()
    product.visitor().did()
    assert product.call("DELETE", f"/v1/surveys/{unused}").status_code == 204
    assert product.call("GET", f"/v1/surveys/{unused}").status_code == 404
    assert product.call("DELETE", f"/v1/surveys/{used}").status_code == 409


def test_every_change_to_the_live_surveys_raises_the_rules_version(product: Product) -> None:
    def version() -> int:
        return int(product.visitor().decide()["version"])

    versions = [version()]
    survey = product.survey()
    versions.append(version())
    for call in ("pause", "publish", "end"):
        product.ok("POST", f"/v1/surveys/{survey}/{call}")
        versions.append(version())
    assert versions == sorted(set(versions))


@pytest.mark.parametrize(
    ("trigger", "field"),
    [
        ({"kind": "page_view", "url": {"match": "exact", "value": "docs"}}, "trigger.url.value"),
        (
            {"kind": "page_view", "url": {"match": "prefix", "value": "https://other.example/x"}},
            "trigger.url.value",
        ),
        ({"kind": "page_view", "url": {"match": "regex", "value": "^/docs"}}, "trigger.url.value"),
        ({"kind": "page_view", "url": {"match": "regex", "value": "(("}}, "trigger.url.value"),
        ({"kind": "page_view", "url": {"match": "contains", "value": "a b"}}, "trigger.url.value"),
        (
            {
                "event": "e",
                "filters": [
                    {"property": "total", "op": "eq", "value": 5},
                    {"property": "total", "op": "gt", "value": 9},
                ],
            },
            "trigger.filters",
        ),
        (
            {
                "event": "e",
                "filters": [
                    {"property": "total", "op": "gt", "value": 9},
                    {"property": "total", "op": "lt", "value": 9},
                ],
            },
            "trigger.filters",
        ),
    ],
)
def test_a_trigger_that_can_never_match_is_refused_at_publication(
    product: Product, trigger: dict[str, object], field: str
) -> None:
    survey = product.ok("POST", "/v1/surveys", {**CSAT, "trigger": trigger})
    response = product.call("POST", f"/v1/surveys/{survey['id']}/publish")
    assert response.status_code == 422
    assert list(response.json["errors"]) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"trigger": {}}, "trigger.event"),
        ({"trigger": {"evnt": "x", "event": "e"}}, "trigger.evnt"),
        ({"template": "stars"}, "template"),
        ({"questions": [{"id": "score", "kind": "csat"}]}, "questions"),
        ({"theme": {"accent": "red"}}, "theme.accent"),
        ({"theme": {"surface": "url(//x)"}}, "theme.surface"),
        ({"theme": {"text": "#000000;"}}, "theme.text"),
        ({"theme": {"dark": {"accent": "#00000"}}}, "theme.dark.accent"),
        ({"theme": {"dark": {"place": "center"}}}, "theme.dark.place"),
        ({"theme": {"mode": "dark", "dark": {"text": "#ffffff"}}}, "theme.dark"),
        ({"theme": {"mode": "dim"}}, "theme.mode"),
        ({"theme": {"radius": 25}}, "theme.radius"),
        ({"theme": {"radius": "8px"}}, "theme.radius"),
        ({"theme": {"font": "Comic Sans"}}, "theme.font"),
        ({"theme": {"place": "left"}}, "theme.place"),
        ({"colour": "red"}, "colour"),
        ({"name": ""}, "name"),
        ({"ask_within": -1}, "ask_within"),
        (
            {"trigger": {"event": "e", "filters": [{"property": "p", "op": "like", "value": 1}]}},
            "trigger.filters.0.op",
        ),
        (
            {"trigger": {"event": "e", "filters": [{"property": "p", "op": "in", "value": 1}]}},
            "trigger.filters.0.value",
        ),
        (
            {"trigger": {"event": "e", "filters": [{"property": "p", "op": "eq", "value": {}}]}},
            "trigger.filters.0.value",
        ),
        (
            {"trigger": {"event": "e", "filters": [{"property": "p", "op": "lt", "value": True}]}},
            "trigger.filters.0.value",
        ),
        (
            {
                "trigger": {
                    "event": "e",
                    "filters": [{"property": "p", "op": "exists", "value": "yes"}],
                }
            },
            "trigger.filters.0.value",
        ),
        ({"trigger": {"event": "e", "url": {"match": "exact", "value": "/"}}}, "trigger.url"),
        ({"trigger": {"kind": "page_view", "event": "e"}}, "trigger.event"),
        ({"trigger": {"kind": "page_view", "from": "page"}}, "trigger.from"),
        ({"thanks": {"title": " "}}, "thanks.title"),
        ({"thanks": {"title": "x" * 2_001}}, "thanks.title"),
        ({"thanks": {"title": {"english!": "Thanks"}}}, "thanks.title"),
        ({"thanks": {"title": {}}}, "thanks.title"),
    ],
)
def test_the_error_names_the_wrong_field(
    product: Product, change: dict[str, object], field: str
) -> None:
    response = product.call("POST", "/v1/surveys", {**CSAT, **change})
    assert response.status_code == 422
    assert list(response.json["errors"]) == [field]


@pytest.mark.parametrize(
    ("questions", "field"),
    [
        ([{"id": "a", "kind": "nps"}, {"id": "b", "kind": "csat"}], "questions"),
        ([{"id": "a", "kind": "csat", "low": "bad"}], "questions.0.low"),
        ([{"id": "a", "kind": "nps", "names": ["x"] * 5}], "questions.0.names"),
        ([{"id": "a", "kind": "csat", "names": ["x"] * 4}], "questions.0.names"),
        ([{"id": "A b", "kind": "csat"}], "questions.0.id"),
    ],
)
def test_the_error_names_the_wrong_question(
    product: Product, questions: list[dict[str, object]], field: str
) -> None:
    survey = {"name": "x", "trigger": {"event": "e"}, "questions": questions}
    response = product.call("POST", "/v1/surveys", survey)
    assert (response.status_code, list(response.json["errors"])) == (422, [field])


def test_two_questions_with_one_id_are_refused_at_publication(product: Product) -> None:
    questions = [{"id": "a", "kind": "nps"}, {"id": "a", "kind": "comment"}]
    draft = {"name": "x", "trigger": {"event": "e"}, "questions": questions}
    survey = product.ok("POST", "/v1/surveys", draft)["id"]
    response = product.call("POST", f"/v1/surveys/{survey}/publish")
    assert (response.status_code, list(response.json["errors"])) == (422, ["questions"])


def test_a_survey_is_rendered_with_its_own_texts(product: Product) -> None:
    product.publish(
        {
            "questions": [
                {
                    "id": "effort",
                    "kind": "ces",
                    "title": {"en": "Was it easy?", "de": "War es einfach?"},
                    "low": {"en": "Yes, easy", "de": "Ja"},
                },
                {
                    "id": "why",
                    "kind": "comment",
                    "by_score": [{"max": 5, "title": {"en": "Tell us", "de": "Warum?"}}],
                },
            ],
            "trigger": {"event": "e"},
            "thanks": {"title": {"en": "Cheers", "de": "Danke!"}},
            "theme": {"accent": "#0b57d0"},
        }
    )
    survey = product.visitor().asked("event", name="e", locale="de")["survey"]
    effort, why = survey["questions"]
    assert (effort["title"], effort["low"]) == ("War es einfach?", "Ja")
    assert why["by_score"] == [{"max": 5, "title": "Warum?"}]
    assert survey["thanks"] == {"title": "Danke!", "text": ""}
    assert (survey["theme"]["accent"], survey["theme"]["on-accent"]) == ("#0b57d0", "#ffffff")
