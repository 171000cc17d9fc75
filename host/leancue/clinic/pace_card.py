"""Speed and incline of a run on its page: what was marked, and what is entered afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leancue.clinic.live_page import mark_words
from leancue.clinic.page_frame import ClinicContext, notice
from leancue.clinic.widgets import Field, button, card, row, say
from leancue.library import RunRow
from leancue.library.run_marks import on_axis
from leancue.runs import pace
from leancue.runs.run_view import RunView
from leancue.runs.spans import clock


def show(desk: ClinicContext, run: RunRow, view: RunView, then: Callable[[], Any]) -> None:
    """Show the card; ``then``: called once something was kept or removed."""
    library, line = desk.library, notice()
    unit = library.options.get("speed_unit")
    rows = library.marks.of_run(run.id)
    with card("Speed and incline", "pace"):
        if words := pace.on_a_slope(run.incline_permille):
            say(words, "p", "look")
        for one in rows:
            (mark,) = on_axis([one], view)
            with row("note"):
                said = mark_words(one.words, one.speed_mm_s, one.incline_permille, unit)
                say(f"From {clock(mark.at_ms)} on: {said}")

                def remove(mark_id: int = one.id) -> None:
                    library.marks.remove(mark_id)
                    then()
                    line.tell("The mark is removed.")

                made = button("Remove", remove, "quiet")
                made.props["aria-label"] = f"Remove the mark at {clock(mark.at_ms)}"
        if not rows:
            say("Nobody marked any. Enter them here, or mark them in the live view.", "p", "quiet")
        with row("pace-row"):
            at = Field("From minute", "0", classes="short")
            speed = Field(f"Speed, {pace.UNITS[unit]}", classes="short")
            incline = Field("Incline, %", classes="short")
            remark = Field("Words", classes="short")

            def keep() -> None:
                values = _read(at, speed, incline, unit, view.end_ms)
                if values is None:
                    return
                library.marks.put(run.id, values[0], remark.text, values[1], values[2])
                then()
                line.tell("Speed and incline are kept.")

            button("Keep", keep)


def _read(
    at: Field, speed: Field, incline: Field, unit: int, end_ms: int
) -> tuple[int, int | None, int | None] | None:
    """Return what was typed, None where something is wrong: it is told at its field."""
    found: list[int | None] = []
    readers: tuple[tuple[Field, Callable[[str], int | None]], ...] = (
        (at, lambda text: _minute_ms(text, end_ms)),
        (speed, lambda text: pace.typed_mm_s(text, unit)),
        (incline, pace.typed_permille),
    )
    for field, read in readers:
        try:
            found.append(read(field.text))
        except ValueError as error:
            field.complain(str(error))
        else:
            field.complain("")
    if len(found) < len(readers):
        return None
    if found[1:] == [None, None]:
        speed.complain("A speed or an incline.")
        return None
    return found[0] or 0, found[1], found[2]


def _minute_ms(text: str, end_ms: int) -> int:
    """Return a time of the run typed as minutes, or as minutes:seconds. ValueError in words."""
    minutes, _, seconds = text.replace(",", ".").partition(":")
    try:
        at_ms = round(60_000 * float(minutes or 0) + 1000 * float(seconds or 0))
    except ValueError:
        raise ValueError("Minutes, like 5 or 5:30.") from None
    if not 0 <= at_ms < max(end_ms, 1):
        raise ValueError(f"The run ends at {clock(end_ms)}.")
    return at_ms
