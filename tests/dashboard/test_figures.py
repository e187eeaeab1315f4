"""The numbers at the top of a survey's page."""

from datetime import date

from sayso_server.dashboard import figures
from sayso_server.scoring import score
from sayso_server.scoring.report import Scored, report


def test_a_gauge_is_drawn_for_each_number_that_may_be_read_and_for_no_other() -> None:
    mean, share = figures.figures(score("csat", {5: 25, 4: 25, 3: 5}))
    assert (mean.gauge is not None, mean.verdict[:12]) == (True, "95% interval")
    assert (share.gauge is not None, share.verdict[:12]) == (True, "95% interval")
    mean, share = figures.figures(score("csat", {5: 20, 1: 15}))
    assert (mean.gauge, mean.verdict[:14]) == (None, "Not enough yet")
    assert (share.gauge, share.verdict[:14]) == (None, "Not enough yet")


def test_answers_all_alike_leave_the_mean_without_a_gauge() -> None:
    mean, share = figures.figures(score("csat", {5: 300}))
    assert mean.gauge is None
    assert share.gauge is not None


def test_the_ends_of_each_scale_are_named() -> None:
    assert figures.figures(score("nps", {}))[0].ends == ("−100", "+100")
    assert [figure.ends for figure in figures.figures(score("ces", {}))] == [
        ("1", "5"),
        ("0%", "100%"),
    ]


def test_a_number_that_is_not_there_has_no_unit() -> None:
    assert figures.figures(score("csat", {}))[0].unit == ""
    assert figures.figures(score("csat", {4: 1}))[0].unit == "on 1–5"


def test_agreement_worded_effort_is_the_reverse_and_says_so() -> None:
    mean, share = figures.figures(score("ces", {7: 3}, scale=7))
    assert mean.direction == "Higher is better"
    assert share.definition == "Share of the answers 6 and 7"


def test_groups_are_counts_and_shares_of_all() -> None:
    assert figures.groups({0: 1, 6: 1, 7: 1, 10: 1}) == [
        ("Promoters", 1, 25.0),
        ("Passives", 1, 25.0),
        ("Detractors", 2, 50.0),
    ]
    assert [group.share for group in figures.groups({})] == [0.0, 0.0, 0.0]


def test_rates_have_their_counts_beside_them() -> None:
    measures = {"shown": 10, "started": 5, "completed": 4, "dismissed": 2, "snoozed": 1}
    found = report(Scored("csat", None, {date(2026, 3, 2): {5: 5}}), {**measures, "refused": 1})
    assert [(rate.name, rate.value, rate.counts) for rate in figures.rates_of(found)] == [
        ("Response", "50%", "5 of 10"),
        ("Completion", "80%", "4 of 5"),
        ("Dismissal", "20%", "2 of 10"),
        ("Ask me later", "10%", "1 of 10"),
        ("Never again", "10%", "1 of 10"),
    ]


def test_without_a_score_the_response_is_who_began_to_answer() -> None:
    rate = figures.rates_of(report(None, {"shown": 10, "started": 5}))[0]
    assert (rate.value, rate.counts) == ("50%", "5 of 10")
    assert rate.definition == "answered, of all who were shown the survey"


def test_without_anyone_shown_there_are_no_rates() -> None:
    found = report(Scored("csat", None, {}), {})
    assert {rate.value for rate in figures.rates_of(found)} == {"–"}
