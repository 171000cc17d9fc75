"""Speed and incline of a run on its page: marked during the run, or entered afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leancue.clinic.live_page import mark_words
from leancue.clinic.page_frame import ClinicContext, notice
from leancue.clinic.widgets import Field, button, card, row, say
from leancue.language.words import _
from leancue.library import RunRow
from leancue.library.run_marks import on_axis
from leancue.runs import pace
from leancue.runs.run_view import RunView
from leancue.runs.spans import clock


def show(desk: ClinicContext, run: RunRow, view: RunView, then: Callable[[], Any]) -> None:
    """Show the card; ``then``: called after something was saved or removed."""
    library, line = desk.library, notice()
    unit = library.options.get("speed_unit")
    rows = library.marks.of_run(run.id)
    with card(_("Speed and incline"), "pace"):
        if words := pace.on_a_slope(run.incline_permille):
            say(words, "p", "look")
        for one in rows:
            (mark,) = on_axis([one], view)
            with row("note"):
                said = mark_words(one.words, one.speed_mm_s, one.incline_permille, unit)
                say(_("From {at}: {said}", at=clock(mark.at_ms), said=said))

                def remove(mark_id: int = one.id) -> None:
                    library.marks.remove(mark_id)
                    then()
                    line.tell(_("The mark is removed."))

                made = button(_("Remove"), remove, "quiet")
                made.props["aria-label"] = _("Remove the mark at {at}", at=clock(mark.at_ms))
        if not rows:
            say(
                _("None marked yet. Enter them here, or mark them in the live view."),
                "p",
                "quiet",
            )
        with row("pace-row"):
            at = Field(_("From"), "0", classes="short")
            speed = Field(_("Speed, {unit}", unit=pace.UNITS[unit]), classes="short")
            incline = Field(_("Incline, %"), classes="short")
            remark = Field(_("Words"), classes="short")

            def keep() -> None:
                values = _read(at, speed, incline, unit, view.end_ms)
                if values is None:
                    return
                library.marks.put(run.id, values[0], remark.text, values[1], values[2])
                then()
                line.tell(_("Speed and incline are kept."))

            button(_("Keep"), keep)


def _read(
    at: Field, speed: Field, incline: Field, unit: int, end_ms: int
) -> tuple[int, int | None, int | None] | None:
    """Return the input, None if something is wrong, which is shown at its field."""
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
        speed.complain(_("A speed or an incline."))
        return None
    return found[0] or 0, found[1], found[2]


def _minute_ms(text: str, end_ms: int) -> int:
    """Return a time of the run typed as minutes, or as minutes:seconds. ValueError in words."""
    minutes, _colon, seconds = text.replace(",", ".").partition(":")
    try:
        at_ms = round(60_000 * float(minutes or 0) + 1000 * float(seconds or 0))
    except ValueError:
        raise ValueError(_("Minutes, like 5 or 5:30.")) from None
    if not 0 <= at_ms < max(end_ms, 1):
        raise ValueError(_("The run ends at {end}.", end=clock(end_ms)))
    return at_ms
