"""Reference results: SciPy, statsmodels and numpy, computed from the raw answers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.proportion import (  # type: ignore[import-untyped]  # it ships no types
    proportion_confint,
)

Floats = NDArray[np.float64]


def nps_with_interval(answers: Sequence[int]) -> tuple[float, float, float]:
    """Score and adjusted Wald interval, from the three added answers as weighted observations."""
    raw = np.array(answers)
    votes = np.where(raw >= 9, 1.0, np.where(raw <= 6, -1.0, 0.0))
    everyone = np.concatenate([votes, [1.0, 0.0, -1.0]])
    weights = np.concatenate([np.ones(len(votes)), [0.75, 1.5, 0.75]])
    centre = np.average(everyone, weights=weights)
    variance = np.average((everyone - centre) ** 2, weights=weights)
    half = stats.norm.ppf(0.975) * np.sqrt(variance / weights.sum())
    low, high = np.clip([centre - half, centre + half], -1, 1)
    return float(100 * votes.mean()), float(100 * low), float(100 * high)


def wilson(successes: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    low, high = proportion_confint(np.array(successes), np.array(n), alpha=0.05, method="wilson")
    return np.asarray(low), np.asarray(high)


def t_interval(n: ArrayLike, means: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    """95 % t intervals around means with these standard errors."""
    low, high = stats.t.interval(0.95, np.array(n) - 1, loc=np.array(means), scale=np.array(errors))
    return np.asarray(low), np.asarray(high)


def standard_error(answers: Sequence[int]) -> float:
    return float(stats.sem(answers))


def t_quantiles(df: ArrayLike, confidence: float) -> Floats:
    """Computed from the upper tail, which is precise for a confidence close to 1."""
    return np.asarray(stats.t.isf((1 - confidence) / 2, np.array(df)))
