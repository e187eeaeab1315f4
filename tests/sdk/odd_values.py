"""Values that hosts send by mistake."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from hypothesis import strategies as st


class Plan(enum.Enum):
    PRO = "pro"
    LIMITS = (1, 2)


class Rank(enum.IntEnum):
    FIRST = 1


@dataclass
class Order:
    total: float
    paid: bool


class Hostile:
    def __getattribute__(self, name: str) -> NoReturn:
        raise RuntimeError(name)


class HostileMapping(Mapping[str, object]):
    def __getitem__(self, key: str) -> object:
        raise RuntimeError(key)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 1


_single = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.integers(1, 20_000).map(lambda size: "\u20ac" * size)
    | st.binary(max_size=5)
    | st.decimals()
    | st.datetimes()
    | st.uuids()
    | st.sampled_from([Plan.PRO, Plan.LIMITS, Rank.FIRST, Order(1, paid=True), object()])
    | st.builds(lambda: Hostile())  # noqa: PLW0108 - hypothesis would inspect the class itself
    | st.builds(HostileMapping)
    | st.builds(lambda: 1 << 20_000)
)
_names = st.text(max_size=5) | st.integers() | st.none() | st.just("x" * 129)

anything: st.SearchStrategy[Any] = st.recursive(
    _single,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.integers(90, 110).map(lambda size: [1] * size)
        | st.dictionaries(_names, inner, max_size=4)
        | st.tuples(inner)
    ),
    max_leaves=12,
)
mappings = st.dictionaries(_names, anything, max_size=6) | st.integers(195, 205).map(
    lambda size: {f"p{number}": number for number in range(size)}
)
