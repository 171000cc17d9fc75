"""Differences between two sets of golden results, as text."""

from __future__ import annotations

from collections.abc import Iterator

from tools.expected.outputs import Short

Results = dict[str, dict[str, Short]]  # by case, by output
_NOTHING = "nothing"


def differences(before: Results, now: Results) -> Iterator[str]:
    """Yield a few lines for each output that differs."""
    for case in [*before, *(name for name in now if name not in before)]:
        if case not in now:
            yield f"{case}: is no case any more"
        elif case not in before:
            yield f"{case}: is a new case"
        else:
            yield from _outputs(case, before[case], now[case])


def _outputs(case: str, before: dict[str, Short], now: dict[str, Short]) -> Iterator[str]:
    for name in [*before, *(name for name in now if name not in before)]:
        if name not in now or name not in before:
            yield f"{case}, {name}: {'is gone' if name in before else 'is new'}"
        elif before[name]["sha256"] != now[name]["sha256"]:
            yield f"{case}, {name}: differs"
            yield from (f"    {line}" for line in _how(before[name], now[name]))


def _how(before: Short, now: Short) -> Iterator[str]:
    if before["rows"] != now["rows"]:
        yield f"rows: {before['rows']} before, {now['rows']} now"
    means = before.get("means", {}), now.get("means", {})
    for column in [*means[0], *(column for column in means[1] if column not in means[0])]:
        was, is_ = (mean.get(column, _NOTHING) for mean in means)
        if was != is_:
            yield f"mean {column}: {was} before, {is_} now"
    yield from _first_row(before, now)


def _first_row(before: Short, now: Short) -> Iterator[str]:
    if before.get("header") != now.get("header"):
        yield f"header: {before.get('header')} before, {now.get('header')} now"
    old, new, every = before["kept"], now["kept"], before["every"]
    for i in range(max(len(old), len(new))):
        was, is_ = (kept[i] if i < len(kept) else _NOTHING for kept in (old, new))
        if was != is_:
            yield _where(i * every, every)
            yield f"  before: {was}"
            yield f"  now:    {is_}"
            return


def _where(row: int, every: int) -> str:
    """Return a description of a row; rows are counted from 1, without the header."""
    if every == 1:
        return f"first differing row: {row + 1}"
    return f"first differing row: one of {row + 1} to {row + every} (hash of them, first of them)"
