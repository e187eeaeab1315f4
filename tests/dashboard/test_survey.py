"""`/results/<survey>`: the score of one survey, with its n, interval and other context."""

import pytest

from sayso_server.dashboard import wording
from tests.dashboard.member import Member, answer, close
from tests.product import Clock, Product, make_product

RTL = "\u202eevil\u202c شكرا"


def test_one_promoter_and_two_dismissed_read_plus_100_of_one_answer_and_not_enough(
    member: Member, product: Product
) -> None:
    survey = product.survey("nps")
    answer(product, 10)
    close(product)
    close(product)
    page = member.read(f"/results/{survey}")
    assert "Net Promoter Score® +100 Higher is better Not enough yet — about" in page
    assert "n = 1 : 1 answer from" in page
    assert "Promoters 9–10 100% 1 Passives 7–8 0% 0 Detractors 0–6 0% 0" in page
    assert "Response 33% 1 of 3" in page
    assert "Dismissal 67% 2 of 3" in page


def test_nothing_is_drawn_or_coloured_until_there_are_enough_answers(
    member: Member, product: Product
) -> None:
    survey = product.survey("csat")
    for value in [5] * 25 + [4] * 4:
        answer(product, value)
    before = member.get(f"/results/{survey}").text
    assert 'class="interval"' not in before
    assert '<article class="lacking">' in before
    answer(product, 4)
    after = member.get(f"/results/{survey}").text
    assert 'class="interval"' in after
    assert '<article class="enough">' in after


def test_a_survey_without_answers_says_so(member: Member, product: Product) -> None:
    page = member.read(f"/results/{product.survey('csat')}")
    assert "No answers yet" in page
    assert "n = 0" in page


def test_csat_shows_mean_and_top_box_each_with_its_definition(
    member: Member, product: Product
) -> None:
    survey = product.survey("csat")
    for value in (5, 4, 2):
        answer(product, value)
    page = member.read(f"/results/{survey}")
    assert "Mean satisfaction 3.67 on 1–5 Higher is better Not enough yet — about" in page
    assert "Sum of all ratings ÷ answers." in page
    assert "Satisfied (top box) 67% Higher is better Not enough yet — about" in page
    assert "Share of the answers 4 and 5." in page
    assert "5 Very satisfied 33% 1" in page


def test_ces_says_that_lower_is_better(member: Member, product: Product) -> None:
    survey = product.survey("ces")
    for value in (1, 2, 5):
        answer(product, value)
    page = member.read(f"/results/{survey}")
    assert "Mean effort 2.67 on 1–5 Lower is better" in page
    assert "1 is very easy, 5 very hard" in page
    assert "Found it easy 67% Higher is better" in page
    assert "Share of the answers 1 and 2." in page


def test_questions_beside_the_score_stand_below_it(member: Member, product: Product) -> None:
    options = [{"id": "price", "label": "The price"}, {"id": "tea", "label": "The tea"}]
    why = {"id": "why", "kind": "choice", "title": "What did you like?", "options": options}
    survey = product.publish(
        {
            "trigger": {"event": "order_completed"},
            "questions": [{"id": "score", "kind": "csat"}, why],
        }
    )
    visitor = product.visitor()
    said = [{"question": "why", "value": ["tea"]}]
    visitor.ok("responses", {"invitation": visitor.did()["invitation"], "answers": said})
    page = member.read(f"/results/{survey}")
    assert "What did you like? 1 answer (not enough yet — about 29 more): chose it" in page
    assert "The price 0% – 0 The tea 100% – 1" in page


def test_a_survey_without_a_score_shows_what_was_said(member: Member, product: Product) -> None:
    options = [{"id": "price", "label": "The price"}, {"id": "tea", "label": "The tea"}]
    why = {"id": "why", "kind": "choice", "title": "What did you like?", "options": options}
    survey = product.publish({"trigger": {"event": "order_completed"}, "questions": [why]})
    visitor = product.visitor()
    said = [{"question": "why", "value": "tea"}]
    visitor.ok("responses", {"invitation": visitor.did()["invitation"], "answers": said})
    page = member.read(f"/results/{survey}")
    assert "n = 1 : 1 answer from" in page
    assert "Distribution" not in page
    assert "The tea 100%" in page
    assert "No score 1 answer 100% response rate" in member.read("/results")


def test_only_nps_names_the_trademark(member: Member, product: Product) -> None:
    assert wording.TRADEMARK in member.read(f"/results/{product.survey('nps')}")
    assert wording.TRADEMARK not in member.read(f"/results/{product.survey('csat')}")


def test_the_trend_has_a_row_a_day_and_the_seven_days_beside_it(
    member: Member, product: Product, clock: Clock
) -> None:
    survey = product.survey("csat")
    answer(product, 5)
    clock.forward(days=1)
    answer(product, 2)
    answer(product, 2)
    page = Member(product).logged_in().read(f"/results/{survey}")
    assert "3 Mar 2026 2.00 3.00 2 2 Mar 2026 5.00 5.00 1" in page


def test_proven_and_unproven_identities_are_counted_apart(member: Member, product: Product) -> None:
    survey = product.survey("csat")
    answer(product, 5, user_id="u_1")
    answer(product, 4, "from nobody we know")
    page = member.read(f"/results/{survey}")
    assert "1 from people whose identity was proven by a signed token, 1 from unproven" in page
    assert "unproven identity from nobody we know" in page


def test_a_comment_stands_beside_its_score_and_time(member: Member, product: Product) -> None:
    survey = product.survey("nps")
    answer(product, 6, "Checkout asked twice.")
    page = member.read(f"/results/{survey}")
    assert "6 Detractor 2 Mar 2026, 12:00 UTC unproven identity Checkout asked twice." in page


def test_the_latest_fifty_comments_are_shown_newest_first(
    member: Member, product: Product, clock: Clock
) -> None:
    survey = product.survey("csat")
    for number in range(51):
        answer(product, 5, f"comment {number}.")
        clock.forward(seconds=1)
    page = member.read(f"/results/{survey}")
    assert page.index("comment 50.") < page.index("comment 1.")
    assert "comment 0." not in page


def test_only_what_was_said_about_this_survey_is_shown(member: Member, product: Product) -> None:
    survey = product.survey("csat")
    product.survey("csat", "another_event")
    answer(product, 5, " ")
    answer(product, 5, "about the other", event="another_event")
    page = member.get(f"/results/{survey}").text
    assert "about the other" not in page
    assert "<blockquote" not in page


def test_comments_of_one_moment_keep_keys_of_their_own(member: Member, product: Product) -> None:
    survey = product.survey("csat")
    answer(product, 5, "one")
    answer(product, 5, "two")
    page = member.get(f"/results/{survey}").text
    keys = [part.partition('"')[0] for part in page.split('<li id="')[1:]]
    assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><img src=x onerror=alert(1)>', "&#34;&gt;&lt;img src=x onerror=alert(1)&gt;"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("no\0nul", "no\N{REPLACEMENT CHARACTER}nul"),
        ("half \ud800", "half \N{REPLACEMENT CHARACTER}"),
        (RTL, RTL),
        ("long" * 500, "long" * 500),
    ],
)
def test_a_comment_is_text_and_nothing_else(
    member: Member, product: Product, text: str, shown: str
) -> None:
    survey = product.survey("csat")
    answer(product, 1, text)
    page = member.get(f"/results/{survey}").text
    assert f'<blockquote dir="auto">{shown}</blockquote>' in page


def test_the_name_of_a_survey_is_text(member: Member, product: Product) -> None:
    survey = product.survey(name="<b>&")
    assert "<b>&<" not in member.get(f"/results/{survey}").text
    assert "<b>&<" not in member.get("/results").text


@pytest.mark.parametrize("which", ["another project's", "unknown", "no id at all"])
@pytest.mark.parametrize("path", ["/results/{}", "/results/{}/fragment"])
def test_what_is_not_in_the_project_is_not_there(
    member: Member, clock: Clock, path: str, which: str
) -> None:
    survey = {
        "another project's": make_product(member.product.app, clock).survey(),
        "unknown": "01a2020d-28ff-7516-b0d9-bb9540502f09",
        "no id at all": "x",
    }[which]
    response = member.get(path.format(survey))
    assert response.status_code == 404
    assert "There is no such survey in this project." in response.text


def test_results_belong_to_what_was_published_not_to_the_draft(
    member: Member, product: Product
) -> None:
    survey = product.survey("nps", name="Was NPS")
    answer(product, 10)
    draft = {"name": "Was NPS", "template": "csat", "trigger": {"event": "order_completed"}}
    assert "its draft says" not in member.read(f"/results/{survey}")
    product.ok("PUT", f"/v1/surveys/{survey}", draft)
    page = member.read(f"/results/{survey}")
    assert "Net Promoter Score® +100" in page
    assert "version 1 · its draft says something else" in page


def test_a_draft_says_how_to_publish_it(member: Member, product: Product) -> None:
    draft = {"name": "Soon", "template": "csat", "trigger": {"event": "order_completed"}}
    survey = product.ok("POST", "/v1/surveys", draft)["id"]
    page = member.read(f"/results/{survey}")
    assert f"curl -X POST http://127.0.0.1:8300/v1/surveys/{survey}/publish" in page


def changed(product: Product, survey: str, **patch: object) -> None:
    product.ok("PATCH", f"/v1/surveys/{survey}", patch)
    product.ok("POST", f"/v1/surveys/{survey}/publish")


def test_a_survey_that_asks_something_else_now_shows_each_under_its_own_words(
    member: Member, product: Product
) -> None:
    survey = product.survey("nps")
    answer(product, 9, "as NPS")
    title = {"id": "score", "kind": "csat", "title": "Are you content?"}
    changed(product, survey, questions=[title, {"id": "comment", "kind": "comment"}])
    answer(product, 4, "as CSAT")
    changed(product, survey, priority=3)
    now = member.read(f"/results/{survey}")
    assert "CSAT · versions 2–3 Are you content?" in now
    assert "Answers to other questions are counted apart: version 1 ." in now
    assert "Mean satisfaction 4.00" in now
    assert "4 Satisfied 2 Mar" in now
    assert "as CSAT" in now
    assert "as NPS" not in now
    before = member.read(f"/results/{survey}?version=1")
    assert "NPS · version 1 " in before
    assert "This is what the survey asked before." in before
    assert "counted apart: versions 2–3 ." in before
    assert "9 Promoter" in before
    assert "as CSAT" not in before


def test_the_page_of_earlier_versions_keeps_itself_fresh(member: Member, product: Product) -> None:
    survey = product.survey("nps")
    changed(product, survey, template="csat")
    path = f"/results/{survey}"
    assert f'data-fragment="{path}/fragment?version=1"' in member.get(f"{path}?version=1").text
    assert "NPS · version 1" in member.read(f"{path}/fragment?version=1")
    assert f'data-fragment="{path}/fragment"' in member.get(path).text


@pytest.mark.parametrize("version", ["0", "3", "x", "-1", "1.0", "9" * 5_000, "%22%3E", ""])
def test_a_version_that_is_not_there_is_not_found(
    member: Member, product: Product, version: str
) -> None:
    path = f"/results/{product.survey('nps')}?version={version}"
    response = member.get(path)
    assert response.status_code == 404
    assert '"">' not in response.text


def test_the_list_shows_what_is_asked_now(member: Member, product: Product) -> None:
    survey = product.survey("nps")
    answer(product, 9)
    changed(product, survey, template="csat")
    assert "CSAT" in member.read("/results")
    assert "0 answers" in member.read("/results")
