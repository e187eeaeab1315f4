"""Percentages re-rolled per trigger (formbricks #2264): one person's bucket is sticky."""

from tests.product import Product

HALF = {"percent": 50}


def test_a_persons_sampling_is_not_repeated_by_each_trigger_formbricks_2264(
    product: Product,
) -> None:
    product.survey(audience=HALF, throttle={"again_after_days": {"ignored": 0}})
    people = [product.visitor() for _ in range(16)]
    rounds = []
    for _ in range(6):
        asks = [visitor.did() for visitor in people]
        for visitor, ask in zip(people, asks, strict=True):
            if ask is not None:
                visitor.show(ask["invitation"])
        rounds.append([ask is not None for ask in asks])
        product.clock.forward(days=1)
    assert all(asked == rounds[0] for asked in rounds)
    assert 0 < sum(rounds[0]) < len(people)


def test_the_bucket_is_the_same_for_events_of_the_page_and_of_the_backend(product: Product) -> None:
    product.survey(audience=HALF)
    users = [f"u_{n}" for n in range(16)]
    for user in users:
        product.track(user)
    by_backend = []
    for user in users:
        visitor = product.visitor(user)
        ask = visitor.asked()
        by_backend.append(ask is not None)
        if ask is not None:
            visitor.show(ask["invitation"])
    product.clock.forward(days=1)
    for user, asked in zip(users, by_backend, strict=True):
        assert product.visitor(user).did() is None
        reasons = {reason for reason, _ in product.ledger(user)}
        assert ("not_sampled" in reasons) is not asked


def test_the_bucket_stays_when_an_anonymous_visitor_logs_in(product: Product) -> None:
    product.survey(audience=HALF, throttle={"again_after_days": {"ignored": 0}})
    people = [product.visitor() for _ in range(16)]
    for n, visitor in enumerate(people):
        before = visitor.did()
        if before is not None:
            visitor.show(before["invitation"])
        product.clock.forward(minutes=2)
        visitor.token = product.token(f"u_{n}")
        assert (visitor.did() is not None) is (before is not None)


def test_people_in_the_sample_stay_in_it_when_the_percentage_is_raised(product: Product) -> None:
    again = {"again_after_days": {"ignored": 0}}
    survey = product.survey(audience={"percent": 30}, throttle=again)
    people = [product.visitor() for _ in range(16)]

    def drawn() -> list[bool]:
        asks = [visitor.did() for visitor in people]
        for visitor, ask in zip(people, asks, strict=True):
            if ask is not None:
                visitor.show(ask["invitation"])
        product.clock.forward(minutes=2)
        return [ask is not None for ask in asks]

    few = drawn()
    changed = {
        "name": "a survey",
        "template": "csat",
        "trigger": {"event": "order_completed"},
        "audience": {"percent": 80},
        "throttle": again,
    }
    product.ok("PUT", f"/v1/surveys/{survey}", changed)
    product.ok("POST", f"/v1/surveys/{survey}/publish")
    many = drawn()
    assert all(later for before, later in zip(few, many, strict=True) if before)
    assert sum(many) > sum(few)
