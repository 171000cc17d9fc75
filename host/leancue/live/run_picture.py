"""A moment of the demo's run as text: the lean against the band, the run so far, the cues."""

from __future__ import annotations

from itertools import groupby

from leancore.coaching import coach
from leancore.gait.activity import ACTIVITIES
from rich.console import Group
from rich.text import Text

from leancue.live.run_state import CUE_FEELS, CUE_WORDS, RunnerState

# Okabe and Ito 2008; every colour also has a shape or a word.
BLUE, GREEN, ORANGE, RED = "#56B4E9", "#009E73", "#E69F00", "#D55E00"
MARKS = {
    coach.LEAN_MORE: ("▲", BLUE),
    coach.EASE_OFF: ("▼", ORANGE),
    coach.CAP: ("‼", RED),
    coach.BACK_IN: ("✓", GREEN),
}
_TOP_DEG = 25
_ROWS = 6  # above the band's lower edge, and as many below, where the terminal is high enough
_OTHER_LINES = 15
_MARGIN = 7


def picture(state: RunnerState, width: int, height: int) -> Group:
    """Return the whole picture of a moment, for a terminal of ``width`` columns and its lines."""
    rows = max(2, min(_ROWS, (height - _OTHER_LINES) // 2))
    inner = max(30, min(width, 100) - _MARGIN - 2)
    return Group(
        Text(),
        Text(state.sentence(), style="bold"),
        felt(state),
        *gauge(state, inner),
        Text(),
        *strip(state, inner, rows),
        Text(),
        facts(state),
        cue_line(state),
        Text(),
    )


def felt(state: RunnerState) -> Text:
    """Return the cue of the last seconds, as the runner feels it."""
    cue = state.fresh_cue()
    if cue is None:
        return Text()
    _t_ms, kind, duration_ms = cue
    sign, colour = MARKS[kind]
    return Text(f"{sign} {CUE_FEELS[kind]} ({duration_ms} ms)", style=colour)


def gauge(state: RunnerState, width: int) -> list[Text]:
    """Return the lean of the moment as a bar against band and cap."""
    at = [_column(x, width) for x in (state.lean_cdeg, state.low_cdeg, state.high_cdeg)]
    lean, low, high = at
    cap = _column(state.cap_cdeg, width)
    bar = Text(f"{'lean':>{_MARGIN - 1}} ")
    for column in range(width):
        in_band = low <= column <= high
        if column == cap:
            bar.append("┃", style=f"bold {RED}")
        elif column < lean:
            bar.append("█" if not in_band else "▓", style=_colour(state))
        else:
            bar.append("░" if in_band else "·", style=GREEN if in_band else "dim")
    scale = Text(" " * _MARGIN)
    words = f"band {state.low_cdeg / 100:.1f} to {state.high_cdeg / 100:.1f}°"
    scale.append(words.rjust(high + 1), style=GREEN)
    scale.append(f"cap {state.cap_cdeg / 100:.1f}°".rjust(max(0, cap + 4 - max(high, len(words)))),
                 style=RED)  # fmt: skip
    return [bar, scale]


def strip(state: RunnerState, width: int, above: int = _ROWS) -> list[Text]:
    """Return the lean of the whole run so far, with the cues under it.

    The band is two rows high and its edges are edges of rows: a dot in it is a lean in it.
    ``above``: rows over the band's lower edge; as many are below it.
    """
    means, cues = columns(state, width)
    row_cdeg = max(50, (state.high_cdeg - state.low_cdeg) // 2)
    cap_row = (state.cap_cdeg - state.low_cdeg) // row_cdeg
    labels = {0: state.low_cdeg, 2: state.high_cdeg, cap_row: state.cap_cdeg}
    grounds = {0: ("░", GREEN), 1: ("░", GREEN), cap_row: ("╌", RED)}
    rows = [_row_of(mean, state.low_cdeg, row_cdeg, above) for mean in means]
    lines = []
    for row in range(above, -above - 1, -1):
        label = f"{labels[row] / 100:.1f}°" if row in labels else ""
        line = Text(f"{label:>{_MARGIN - 2}} │")
        ground, colour = grounds.get(row, (" ", ""))
        for dotted, cells in groupby(here == row for here in rows):
            length = len(list(cells))
            line.append(length * ("●" if dotted else ground), "bold" if dotted else colour)
        lines.append(line)
    marks = Text(f"{'cues':>{_MARGIN - 1}} ")
    for kind in cues:
        marks.append(*MARKS.get(kind, (" ", "")))
    return [*lines, Text(" " * (_MARGIN - 1) + "└" + "─" * width), marks]


def _row_of(mean_cdeg: float | None, low_cdeg: int, row_cdeg: int, most: int) -> int | None:
    if mean_cdeg is None:
        return None
    return max(-most, min(most, int((mean_cdeg - low_cdeg) // row_cdeg)))


def columns(state: RunnerState, width: int) -> tuple[list[float | None], list[int]]:
    """Return the mean lean and the most important cue of each column; the run always fits."""
    column_ms = 1000 * (state.run_ms // (1000 * width) + 1)
    sums, counts, cues = [0] * width, [0] * width, [coach.NO_CUE] * width
    for t_ms, lean_cdeg in state.history:
        sums[t_ms // column_ms] += lean_cdeg
        counts[t_ms // column_ms] += 1
    for t_ms, kind, _duration_ms in state.cues:
        here = cues[t_ms // column_ms]
        cues[t_ms // column_ms] = max(here, kind, key=_weight)
    means = [total / n if n else None for total, n in zip(sums, counts, strict=True)]
    return means, cues


def facts(state: RunnerState) -> Text:
    """Return time, speed, cadence and activity in one line."""
    time_run = ", ".join(filter(None, (f"{clock(state.run_ms)} of running", state.pace())))
    return Text(
        f"  {time_run}   cadence {state.cadence_cspm / 100:.0f} steps/min   "
        f"{ACTIVITIES[state.activity]}   cues {'on' if state.feedback else 'off'}"
    )


def cue_line(state: RunnerState) -> Text:
    """Return how many cues of each kind came."""
    line = Text(" ")
    counts = state.cue_counts()
    for kind, words in CUE_WORDS.items():
        sign, colour = MARKS[kind]
        line.append(f" {sign} ", style=colour)
        line.append(f"{words} {counts[kind]}  ")
    if state.lost:
        line.append(f" ({state.lost} live frames dropped)", style="dim")
    return line


def clock(ms: int) -> str:
    """Return a time as minutes and seconds."""
    return f"{ms // 60000:02d}:{ms // 1000 % 60:02d}"


def _column(cdeg: int, width: int) -> int:
    return max(0, min(width - 1, round(cdeg * width / (100 * _TOP_DEG))))


def _colour(state: RunnerState) -> str:
    if not state.running:
        return "dim"
    return {"in the band": GREEN, "below the band": BLUE, "above the band": ORANGE}.get(
        state.place(), RED
    )


def _weight(kind: int) -> int:
    """The priority of a cue in a column: the cap cue hides others."""
    order = (coach.NO_CUE, coach.BACK_IN, coach.LEAN_MORE, coach.EASE_OFF, coach.CAP)
    return order.index(kind) if kind in order else 0
