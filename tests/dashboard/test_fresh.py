"""`/results/<survey>/fragment`, which an open page polls."""

import pytest

from tests.dashboard.member import Member, answer, asked, close, text_of
from tests.product import Clock, Product


@pytest.fixture
def survey(product: Product) -> str:
    return product.survey("csat")


def test_an_unchanged_result_is_not_sent_again(member: Member, survey: str) -> None:
    tag = member.get(f"/results/{survey}/fragment").headers["ETag"]
    again = member.get(f"/results/{survey}/fragment", If_None_Match=tag)
    assert again.status_code == 304
    assert not again.data
    assert again.headers["ETag"] == tag


def test_the_page_itself_says_which_state_it_shows(member: Member, survey: str) -> None:
    tag = member.get(f"/results/{survey}/fragment").headers["ETag"]
    assert f"data-tag='{tag}'" in member.get(f"/results/{survey}").text


def test_an_open_page_asks_more_than_once_a_second(member: Member, survey: str) -> None:
    page = member.get(f"/results/{survey}").text
    assert 500 <= int(page.partition('data-every="')[2].partition('"')[0]) < 1000


def test_an_answer_changes_the_result_at_once(
    member: Member, product: Product, survey: str
) -> None:
    tag = member.get(f"/results/{survey}/fragment").headers["ETag"]
    answer(product, 4)
    after = member.get(f"/results/{survey}/fragment", If_None_Match=tag)
    assert after.status_code == 200
    assert "n = 1" in text_of(after.text)


@pytest.mark.parametrize("what", ["a dismissal", "a comment", "a new name", "a pause", "a new day"])
def test_whatever_the_page_shows_changes_its_tag(
    member: Member, product: Product, survey: str, clock: Clock, what: str
) -> None:
    visitor, invitation = product.visitor(), asked(product)
    visitor.answer(invitation, ("comment", "first"), complete=True)
    tag = member.get(f"/results/{survey}/fragment").headers["ETag"]
    if what == "a dismissal":
        close(product)
    elif what == "a comment":
        visitor.answer(invitation, ("comment", "second"))
    elif what == "a new name":
        draft = {"name": "New", "template": "csat", "trigger": {"event": "order_completed"}}
        product.ok("PUT", f"/v1/surveys/{survey}", draft)
    elif what == "a pause":
        product.ok("POST", f"/v1/surveys/{survey}/pause")
    else:
        clock.forward(hours=12)
        member.logged_in()
    assert member.get(f"/results/{survey}/fragment", If_None_Match=tag).status_code == 200


def test_a_fragment_is_the_changing_part_of_its_page(member: Member, survey: str) -> None:
    fragment = member.get(f"/results/{survey}/fragment").text
    assert "<html" not in fragment
    assert fragment.strip() in member.get(f"/results/{survey}").text


def test_results_are_kept_by_no_cache(member: Member, survey: str) -> None:
    for path in ("/results", f"/results/{survey}", f"/results/{survey}/fragment"):
        assert member.get(path).headers["Cache-Control"] == "no-store"
