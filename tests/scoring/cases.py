"""Generated answers: from one to hundreds, with even to extreme distributions."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from hypothesis import strategies as st


def raw_answers(low: int, high: int, *, cases: int, seed: int) -> Iterator[list[int]]:
    """Lists of answers; each list has its own size and its own weights."""
    random = Random(seed)
    scale = range(low, high + 1)
    for _ in range(cases):
        taste = [random.random() ** random.choice([1, 4, 20]) + 1e-9 for _ in scale]
        yield random.choices(scale, taste, k=int(1.02 ** random.uniform(0, 310)))


def distribution(answers: list[int]) -> dict[int, int]:
    return dict(Counter(answers))


def distributions(low: int, high: int) -> st.SearchStrategy[dict[int, int]]:
    """Any distribution on a scale, including the empty one."""
    return st.dictionaries(st.integers(low, high), st.integers(0, 5000))
