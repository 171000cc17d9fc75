"""Retention and its interval, where the truth is known."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from leancue.study.allocation import CUES, NO_CUES
from leancue.study.outcomes import Outcome
from leancue.study.retention import estimate, retention, t_quantile

# Any table of Student's t: 0.975, and 0.95 of 7 degrees of freedom.
TABLE = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 10: 2.228, 30: 2.042}


@pytest.mark.parametrize(("freedom", "t"), TABLE.items())
def test_the_quantiles_are_those_of_the_table(freedom: int, t: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(t, abs=6e-4)
    assert t_quantile(0.95, 7) == pytest.approx(1.895, abs=6e-4)
    assert t_quantile(0.5, freedom) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("n", [2, 3, 5, 12])
def test_the_interval_holds_the_truth_nineteen_times_in_twenty(n: int) -> None:
    chance = random.Random(n)
    tries = 4000
    held = 0
    for _ in range(tries):
        found = estimate([chance.gauss(0.3, 0.1) for _ in range(n)], -9, 9)
        assert found.low is not None and found.high is not None
        held += found.low <= 0.3 <= found.high
    assert held / tries == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / tries) ** 0.5)


def test_shares_of_few_people_are_nearly_as_well_held_and_stay_shares() -> None:
    chance = random.Random(1)
    held = 0
    for _ in range(2000):
        found = estimate([chance.betavariate(8, 2) for _ in range(6)], 0, 1)
        assert (
            found.low is not None and found.high is not None and 0 <= found.low <= found.high <= 1
        )
        held += found.low <= 0.8 <= found.high
    assert 0.91 < held / 2000 < 0.97


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    one, none = estimate([0.4], 0, 1), estimate([], 0, 1)
    assert (one.n, one.mean, one.low, one.high) == (1, 0.4, None, None)
    assert (none.n, none.mean) == (0, None)


BASE = Outcome("A", 0, 1, CUES, 0, 1, 900.0, 0.8, 14.0, 3, "")


def sessions(code: str, *shares: float | None) -> list[Outcome]:
    """Sessions in pairs: with cues, without; each pair a block."""
    return [
        replace(BASE, code=code, session=i, block=1 + i // 2, in_band=share,
                condition=NO_CUES if i % 2 else CUES, remark="" if share is not None else "no run")
        for i, share in enumerate(shares)
    ]  # fmt: skip


def test_each_person_counts_once_and_the_lead_in_not_at_all() -> None:
    found = [
        *sessions("A", 0.9, 0.5, 0.8, 0.6), *sessions("B", 0.7, 0.7),
        replace(BASE, block=0, in_band=0.0),
    ]  # fmt: skip
    result = retention(found)
    assert result.with_cues.mean == pytest.approx((0.85 + 0.7) / 2)
    assert result.without_cues.mean == pytest.approx((0.55 + 0.7) / 2)
    assert result.difference.mean == pytest.approx((-0.3 + 0.0) / 2) and result.difference.n == 2
    a, b = result.people
    assert a.difference.n == 2 and a.difference.mean == pytest.approx((-0.4 - 0.2) / 2)
    assert a.difference.low == pytest.approx(-1) and a.difference.high is not None  # cut at -1
    assert b.difference.low is None and (result.planned, result.counted) == (6, 6)


def test_a_session_without_a_run_is_left_out_and_counted() -> None:
    result = retention(sessions("A", 0.9, None, 0.8, 0.6))
    (person,) = result.people
    assert person.difference.n == 1 and person.difference.mean == pytest.approx(-0.2)
    assert person.with_cues == pytest.approx(0.85)
    assert (result.planned, result.counted, result.remarks) == (4, 3, 1)
