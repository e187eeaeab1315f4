"""Calls made before the script is ready are lost (formbricks #7226, #1706).

The widget queues such calls and runs them in order, which widget/test/queue.test.ts tests ("calls
made before the script came are carried out in their order" and the three tests after it). Tested
here: the server accepts these calls, no matter how late they arrive.
"""

from tests.product import Product


def test_an_event_tracked_before_the_log_in_was_known_asks_that_user_formbricks_7226(
    product: Product,
) -> None:
    product.survey()
    visitor = product.visitor()
    assert visitor.did(id="first") is not None
    visitor.token = product.token("u_42")
    again = visitor.did(id="first")
    assert again is not None
    assert visitor.did(id="second") is None


def test_attributes_sent_before_the_log_in_become_the_users_formbricks_1706(
    product: Product,
) -> None:
    product.survey(
        audience={"attributes": [{"property": "plan", "op": "eq", "value": "pro"}]},
    )
    visitor = product.visitor()
    visitor.ok("identify", {**visitor.who(), "attributes": {"plan": "pro"}})
    visitor.token = product.token("u_42")
    assert visitor.did() is not None


def test_an_event_that_was_retried_without_an_answer_is_stored_once(product: Product) -> None:
    product.survey(trigger={"nth": 2})
    visitor = product.visitor()
    for _ in range(3):
        assert visitor.did(id="same") is None
    assert visitor.did(id="other") is not None
