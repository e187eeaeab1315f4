"""`/results`: all surveys of the project."""

from tests.dashboard.member import Member, answer, close, text_of
from tests.product import Clock, Product, make_product


def test_a_project_without_surveys_shows_how_to_make_one(member: Member) -> None:
    page = member.read("/results")
    assert "No surveys yet" in page
    assert "curl -X POST http://127.0.0.1:8300/v1/surveys" in page


def test_a_survey_shows_its_score_its_answers_and_how_many_are_missing(
    member: Member, product: Product
) -> None:
    product.survey("ces", name="After a call")
    answer(product, 2)
    close(product)
    page = member.read("/results")
    assert "After a call Live · CES" in page.replace("Live CES", "Live · CES")
    assert "2.00 lower is better 1 answer not enough yet: about 29 more 50% response rate" in page


def test_a_survey_without_answers_says_so(member: Member, product: Product) -> None:
    product.survey("nps")
    assert "– higher is better 0 answers no answers yet – response rate" in member.read("/results")


def test_a_survey_with_enough_answers_shows_its_interval(member: Member, product: Product) -> None:
    product.survey("csat")
    for value in [5] * 28 + [4] * 4:
        answer(product, value)
    assert "32 answers 4.75 to 5.00 95% interval" in member.read("/results")


def test_what_is_live_stands_before_what_has_ended(member: Member, product: Product) -> None:
    ended = product.survey(name="The ended one")
    product.ok("POST", f"/v1/surveys/{ended}/end")
    product.survey(name="The live one")
    page = member.read("/results")
    assert page.index("The live one") < page.index("The ended one")


def test_only_surveys_of_the_project_are_listed(member: Member, clock: Clock) -> None:
    make_product(member.product.app, clock).survey(name="Of another project")
    assert "Of another project" not in member.read("/results")


def test_the_list_is_sent_again_only_when_something_changed(
    member: Member, product: Product
) -> None:
    product.survey("nps")
    first = member.get("/results/fragment")
    tag = first.headers["ETag"]
    assert member.get("/results/fragment", If_None_Match=tag).status_code == 304
    answer(product, 9)
    again = member.get("/results/fragment", If_None_Match=tag)
    assert again.status_code == 200
    assert "1 answer" in text_of(again.text)
