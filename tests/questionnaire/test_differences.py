"""The changes in a draft, by field."""

from typing import Any

import pytest

from sayso_server.questionnaire.differences import differences, same

A = {"id": "a", "kind": "nps"}
B = {"id": "b", "kind": "comment"}
C = {"id": "c", "kind": "comment", "title": {"en": "Why?"}}


@pytest.mark.parametrize(
    ("before", "after", "added", "removed", "changed"),
    [
        ({"a": 1}, {"a": 1}, {}, {}, {}),
        ({"a": 1}, {"b": {"c": 2}}, {"b": {"c": 2}}, {"a": 1}, {}),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, {}, {}, {"a.b": {"from": 1, "to": 2}}),
        ({"a": 1}, {"a": True}, {}, {}, {"a": {"from": 1, "to": True}}),
        ({"a": {"b": 1}}, {"a": 1}, {}, {}, {"a": {"from": {"b": 1}, "to": 1}}),
        ({"a": 5}, {"a": 5.0}, {}, {}, {}),
        ({"q": [A, B]}, {"q": [C, A, B]}, {"q.0": C}, {}, {}),
        ({"q": [A, B]}, {"q": [B]}, {}, {"q.0": A}, {}),
        ({"q": [A, B]}, {"q": [B, A]}, {}, {}, {"q": {"from": ["a", "b"], "to": ["b", "a"]}}),
        (
            {"q": [A, C]},
            {"q": [B, {**C, "title": {"en": "How?"}}]},
            {"q.0": B},
            {"q.0": A},
            {"q.1.title.en": {"from": "Why?", "to": "How?"}},
        ),
        ({"l": ["de"]}, {"l": ["de", "en"]}, {}, {}, {"l": {"from": ["de"], "to": ["de", "en"]}}),
        ({"l": []}, {"l": [A]}, {}, {}, {"l": {"from": [], "to": [A]}}),
        ({"l": [A]}, {"l": [A, A]}, {}, {}, {"l": {"from": [A], "to": [A, A]}}),
    ],
)
def test_differences(before: Any, after: Any, added: Any, removed: Any, changed: Any) -> None:
    found = differences(before, after)
    assert (found.added, found.removed, found.changed) == (added, removed, changed)
    assert same(before, after) is not bool(added or removed or changed)
