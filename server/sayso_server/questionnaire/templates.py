"""Templates: the founding articles' three questions, each with the open one beside it."""

from typing import Any

KINDS = ("nps", "csat", "ces", "comment")
SCORES = ("nps", "csat", "ces")

# Lowest and highest value of each scale. CSAT is five faces; CES is 1 (very easy) … 5 (very hard).
SCALES: dict[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 5)}

# Up to which score which prompt of the open question is asked, by the built-in texts' names.
PROMPTS: dict[str, tuple[tuple[int, str], ...]] = {
    "nps": ((6, "detractor"), (8, "passive"), (10, "promoter")),
    "csat": ((2, "negative"), (3, "neutral"), (5, "positive")),
    "ces": ((2, "easy"), (3, "neutral"), (5, "hard")),
}

LONGEST_COMMENT = 2_000


def questions(template: str) -> list[dict[str, Any]]:
    """The questions of a template: one score, then why."""
    return [{"id": "score", "kind": template}, {"id": "comment", "kind": "comment"}]
