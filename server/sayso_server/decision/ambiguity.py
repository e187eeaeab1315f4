"""Estimate how many steps a failing regex search may take on the longest address.

A backtracking engine tries every way to match a text. If two repetitions can match the same part
of the text (`.*/.*`), the first can end at any of n positions, and each further pair multiplies the
work by n. The criterion for a pair is from A. Weber and H. Seidl ("On the degree of ambiguity of
finite automata", 1991): two loops p and q, and one text that leads from p back to p, from p to q,
and from q back to q. Outside of loops, each position where one text can match in two ways (`a?a`)
doubles the work. Nested repetitions can take exponentially many steps; `backtracking.py` detects
them by their shape.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from re import _constants as kinds
from re import _parser as parser
from typing import Any

Positions = frozenset[int]

ASCII = 128  # an address is ASCII; one extra bit represents all other characters
EVERY = (1 << (ASCII + 1)) - 1
FEW = 4  # up to this bound repetitions are unrolled; a larger bound counts as unbounded
LONGEST_ADDRESS = 4_096  # characters that a page matches (widget/src/core/match_url.ts)
MOST_POSITIONS, MOST_STATES = 600, 100_000  # beyond them a pattern is too complex
NONE: Positions = frozenset()


class TooComplex(Exception):
    """The pattern is too large to be analysed."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the pattern: its first and last positions, and whether it can be empty."""

    first: Positions = NONE
    last: Positions = NONE
    empty: bool = True


@dataclass(slots=True)
class _Automaton:
    """Glushkov's automaton: a state for each character of the pattern, entered by reading it."""

    reads: list[int] = field(default_factory=list)
    next: list[set[int]] = field(default_factory=list)

    def position(self, characters: int) -> _Piece:
        if len(self.reads) >= MOST_POSITIONS:
            raise TooComplex
        self.reads.append(characters)
        self.next.append(set())
        position = frozenset({len(self.reads) - 1})
        return _Piece(position, position, empty=False)

    def join(self, ends: Positions, begins: Positions) -> None:
        for end in ends:
            self.next[end] |= begins

    def loop(self, piece: _Piece) -> _Piece:
        self.join(piece.last, piece.first)
        return piece

    def sequence(self, pieces: Iterable[_Piece]) -> _Piece:
        whole = _Piece()
        for piece in pieces:
            self.join(whole.last, piece.first)
            whole = _Piece(
                whole.first | piece.first if whole.empty else whole.first,
                whole.last | piece.last if piece.empty else piece.last,
                whole.empty and piece.empty,
            )
        return whole


def most_steps(pattern: str) -> int:
    """About how many steps a failing search may take. Raises TooComplex."""
    tokens = parser.parse(pattern)
    automaton = _Automaton()
    # A search may start anywhere, as if the pattern began with `.*`.
    anchored = _anchored(tokens)
    begin = automaton.position(0 if anchored else EVERY)
    automaton.sequence([begin if anchored else automaton.loop(begin), _piece(automaton, tokens)])
    search = _Search(automaton)
    power = 1 + search.longest_chain()
    return int(2 ** search.choices() * LONGEST_ADDRESS**power)


def _anchored(tokens: Any) -> bool:
    for kind, value in tokens:
        if kind is kinds.AT:
            return value is kinds.AT_BEGINNING
        if kind is kinds.SUBPATTERN:
            return _anchored(value[-1])
        return kind is kinds.BRANCH and all(map(_anchored, value[1]))
    return False


def _piece(automaton: _Automaton, tokens: Any) -> _Piece:
    return automaton.sequence(_token(automaton, kind, value) for kind, value in tokens)


def _token(automaton: _Automaton, kind: Any, value: Any) -> _Piece:
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        return _repeat(automaton, *value)
    if kind is kinds.BRANCH:
        return _either([_piece(automaton, branch) for branch in value[1]])
    if kind is kinds.SUBPATTERN:
        return _piece(automaton, value[-1])
    if kind in (kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT):
        return _aside(automaton, kind, value)
    piece = automaton.position(_characters(kind, value))
    # A back-reference can match any text.
    return _optional(automaton.loop(piece)) if kind is kinds.GROUPREF else piece


def _aside(automaton: _Automaton, kind: Any, value: Any) -> _Piece:
    """An anchor, which reads nothing, or a lookaround, which reads but consumes nothing."""
    return _Piece() if kind is kinds.AT else _Piece(first=_piece(automaton, value[1]).first)


def _either(pieces: list[_Piece]) -> _Piece:
    first = NONE.union(*(piece.first for piece in pieces))
    last = NONE.union(*(piece.last for piece in pieces))
    return _Piece(first, last, any(piece.empty for piece in pieces))


def _optional(piece: _Piece) -> _Piece:
    return _Piece(piece.first, piece.last)


def _repeat(automaton: _Automaton, least: int, most: Any, body: Any) -> _Piece:
    if most > FEW:
        piece = automaton.loop(_piece(automaton, body))
        return piece if least else _optional(piece)
    pieces = [_piece(automaton, body) for _ in range(most)]
    return automaton.sequence([*pieces[:least], *map(_optional, pieces[least:])])


def _characters(kind: Any, value: Any) -> int:
    if kind is kinds.LITERAL:
        return _range(value, value)
    if kind is kinds.NOT_LITERAL:
        return EVERY & ~_range(value, value)
    if kind is kinds.RANGE:
        return _range(*value)
    if kind is kinds.CATEGORY:
        return _CATEGORIES.get(value, EVERY)
    if kind is kinds.IN:
        negated = value[0][0] is kinds.NEGATE
        members = 0
        for member, inner in value[1:] if negated else value:
            members |= _characters(member, inner)
        return EVERY & ~members if negated else members
    return EVERY  # everything else may match any character


def _range(low: int, high: int) -> int:
    inside = range(low, min(high, ASCII - 1) + 1)
    return sum(1 << code for code in inside) | (1 << ASCII if high >= ASCII else 0)


_DIGITS = _range(ord("0"), ord("9"))
_WORDS = _DIGITS | _range(ord("A"), ord("Z")) | _range(ord("a"), ord("z")) | _range(95, 95)
_SPACES = _range(9, 13) | _range(32, 32)
_CATEGORIES: dict[Any, int] = {
    kinds.CATEGORY_DIGIT: _DIGITS,
    kinds.CATEGORY_NOT_DIGIT: EVERY & ~_DIGITS,
    kinds.CATEGORY_WORD: _WORDS,
    kinds.CATEGORY_NOT_WORD: EVERY & ~_WORDS,
    kinds.CATEGORY_SPACE: _SPACES,
    kinds.CATEGORY_NOT_SPACE: EVERY & ~_SPACES,
}


class _Search:
    """Searches the automaton for texts that can be matched in several ways."""

    def __init__(self, automaton: _Automaton) -> None:
        self._reads = automaton.reads
        self._next = automaton.next
        self._reached = [self._reached_from(start) for start in range(len(automaton.next))]
        self._states = 0

    def longest_chain(self) -> int:
        """How many pairs of loops that match the same text can follow one another."""
        loops = {
            frozenset(end for end in self._reached[start] if start in self._reached[end])
            for start in range(len(self._reached))
            if start in self._reached[start]
        }
        pairs = [
            (left, right)
            for left in loops
            for right in loops
            if left != right and self._is_pair(left, right)
        ]
        longest: dict[tuple[Positions, Positions], int] = {}

        def chain(pair: tuple[Positions, Positions]) -> int:
            if pair not in longest:
                after = self._reached[min(pair[1])]
                further = [later for later in pairs if later != pair and min(later[0]) in after]
                longest[pair] = 1 + max(map(chain, further), default=0)
            return longest[pair]

        return max(map(chain, pairs), default=0)

    def choices(self) -> int:
        """At how many positions outside of loops one text can be matched in two ways."""
        positions = range(len(self._next))
        outside = [position for position in positions if position not in self._reached[position]]
        return sum(map(self._is_choice, outside))

    def _reached_from(self, start: int) -> set[int]:
        reached: set[int] = set()
        todo = list(self._next[start])
        while todo:
            position = todo.pop()
            if position not in reached:
                reached.add(position)
                todo.extend(self._next[position])
        return reached

    def _is_pair(self, left: Positions, right: Positions) -> bool:
        if min(right) not in self._reached[min(left)]:
            return False
        return any(self._on_one_text(p, q, left, right) for p in left for q in right)

    def _on_one_text(self, p: int, q: int, left: Positions, right: Positions) -> bool:
        """Whether one text leads from p back to p, from p to q, and from q back to q."""
        seen: set[tuple[int, ...]] = set()
        todo: list[tuple[int, ...]] = [(p, p, q)]
        while todo:
            a, middle, b = todo.pop()
            for state in self._together(self._next[a] & left, self._next[b] & right, middle):
                if state == (p, q, q):
                    return True
                self._add(state, seen, todo)
        return False

    def _together(
        self, left: set[int], right: set[int], middle: int
    ) -> Iterable[tuple[int, int, int]]:
        reads = self._reads
        for a in left:
            for b in right:
                both = reads[a] & reads[b]
                for between in self._next[middle] if both else ():
                    if both & reads[between]:
                        yield a, between, b

    def _is_choice(self, start: int) -> bool:
        """Whether two paths from `start` read the same text and meet again."""
        seen: set[tuple[int, ...]] = set()
        todo: list[tuple[int, ...]] = []
        for state in self._apart(self._next[start], self._next[start]):
            if state[0] < state[1]:
                self._add(state, seen, todo)
        while todo:
            left, right = todo.pop()
            for state in self._apart(self._next[left], self._next[right]):
                if state[0] == state[1]:
                    return True
                self._add(state, seen, todo)
        return False

    def _apart(self, left: set[int], right: set[int]) -> Iterable[tuple[int, int]]:
        return ((a, b) for a in left for b in right if self._reads[a] & self._reads[b])

    def _add(
        self, state: tuple[int, ...], seen: set[tuple[int, ...]], todo: list[tuple[int, ...]]
    ) -> None:
        if state in seen:
            return
        if self._states > MOST_STATES:
            raise TooComplex
        self._states += 1
        seen.add(state)
        todo.append(state)
