"""The groups of answers that audiences and prompts name, on each scale."""

Groups = dict[str, tuple[int, int]]

# Kind → last point of the scale (None: the usual scale) → group → its lowest and highest value. The
# NPS groups are Reichheld's. For CSAT and CES, the worst third is negative or hard (at-risk
# customers), satisfied ratings are positive, and low effort is easy.
GROUPS: dict[str, dict[int | None, Groups]] = {
    "nps": {None: {"detractor": (0, 6), "passive": (7, 8), "promoter": (9, 10)}},
    "csat": {
        2: {"negative": (1, 1), "positive": (2, 2)},
        3: {"negative": (1, 1), "neutral": (2, 2), "positive": (3, 3)},
        None: {"negative": (1, 2), "neutral": (3, 3), "positive": (4, 5)},
        7: {"negative": (1, 3), "neutral": (4, 5), "positive": (6, 7)},
        10: {"negative": (1, 4), "neutral": (5, 8), "positive": (9, 10)},
    },
    "ces": {
        None: {"easy": (1, 2), "neutral": (3, 3), "hard": (4, 5)},
        7: {"hard": (1, 3), "neutral": (4, 5), "easy": (6, 7)},
    },
}


def names_of(kind: str) -> list[str]:
    """The names of a kind's groups on its usual scale, lowest values first."""
    return list(GROUPS[kind][None])


def belongs(kind: str, scale: int | None, value: int, group: str) -> bool:
    """Whether a value on this scale is in the group; an unknown scale has no groups."""
    low, high = GROUPS[kind].get(scale, {}).get(group, (1, 0))
    return low <= value <= high


def prompts_of(kind: str, scale: int | None) -> list[tuple[int, str]]:
    """The highest value and the name of each group, in ascending order."""
    return sorted((high, name) for name, (_, high) in GROUPS[kind][scale].items())
