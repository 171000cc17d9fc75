"""The home sheet for the patient: how to wear and start the clip, the cues, the plan.

It addresses the runner in everyday words, and contains no private notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leancore.coaching import coach
from leancore.coaching.session_plan import UNMEASURED, for_session

from leancue.basis.plain_text import plain_lines
from leancue.language import formats
from leancue.language.words import _, n_
from leancue.report import cue_pictures, wear_pictures
from leancue.runs.measurement_error import purpose
from leancue.runs.run_summary import BASELINE

if TYPE_CHECKING:
    from leancue.library import Chart


@dataclass(frozen=True)
class Step:
    """Something to do or to feel: picture (SVG), heading, text."""

    picture: str
    title: str
    words: str


@dataclass(frozen=True)
class PlanBox:
    """A session as a box to tick: its name, minutes and cues; ``done``: the day, or ""."""

    name: str
    minutes: str
    cues: str
    done: str


@dataclass(frozen=True)
class HomeSheet:
    """The sheet from top to bottom; ``titles``: of its parts, by key. All texts are plain."""

    patient: str
    title: str
    aim: str
    how: str
    steps: tuple[Step, ...]
    after: tuple[str, ...]
    cues: tuple[Step, ...]
    quiet: str
    plan: tuple[PlanBox, ...]
    rule: str
    stop: tuple[str, ...]
    comment: str
    purpose: str
    titles: dict[str, str]


def home_sheet(chart: Chart, sessions_per_week: int) -> HomeSheet:
    """Return the sheet of a patient, in the current language."""
    values = chart.prescription.values if chart.prescription else {}
    return HomeSheet(
        patient=chart.patient.code,
        title=_("Running with the clip"),
        aim=aim(values),
        how=_how(),
        steps=_steps(),
        after=_after(),
        cues=_cues(),
        quiet=_quiet(),
        plan=_plan(values, _days_done(chart)),
        rule=n_("{number} run a week, with a rest day between runs if you can.",
                "{number} runs a week, with a rest day between runs if "
                "you can.", sessions_per_week),
        stop=_stop(),
        comment=plain_lines(chart.patient.comment),
        purpose=purpose(),
        titles={
            "steps": _("Before each run"), "cues": _("What you feel"), "plan": _("Your plan"),
            "stop": _("Stop and call us"), "comment": _("For you"), "after": _("Then"),
            "phone": _("Phone"), "days": _("Day"),
        },
    )  # fmt: skip


def aim(values: dict[str, Any]) -> str:
    """Return the runner's task, without numbers that cannot be felt."""
    if not values:
        return _("There is no prescription yet.")
    if values["baseline_cdeg"] == UNMEASURED:
        return _(
            "For the first run, run as you always do: the clip measures your own lean and gives no "
            "cues. From the next run it helps you to lean a little farther forward.")  # fmt: skip
    low, high = (
        formats.decimal(values[name] / 100, 0 if values[name] % 100 == 0 else 1)
        for name in ("offset_low_cdeg", "offset_high_cdeg")
    )
    return _(
        "Lean {low} to {high}° farther forward than you usually do. The clip tells you when you "
        "get there.", low=low, high=high)  # fmt: skip


def _how() -> str:
    return _("Bend from the hips, not the waist. Keep the back long, look ahead, run as relaxed as "
             "before. Small is enough.")  # fmt: skip


def _quiet() -> str:
    return _(
        "When the clip is quiet, your lean is in the band, or it is a time without cues: keep what "
        "you feel. It never buzzes while you walk or stand.")  # fmt: skip


def _steps() -> tuple[Step, ...]:
    told = (
        (wear_pictures.wear, _("Wear"),
         _(
             "In the middle of the lower back, on the waistband, button facing out, firm enough "
             "not to slip.")),
        (wear_pictures.press, _("Press"),
         _("Press the button once. One tick: it begins to measure.")),
        (wear_pictures.stand, _("Stand"),
         _("Stand upright and still, as always, until you feel two ticks.")),
        (wear_pictures.bow, _("Bow"),
         _("Within 8 seconds bow slowly from the hips, and come up. Three ticks, green: ready.")),
    )  # fmt: skip
    return tuple(Step(draw(), title, words) for draw, title, words in told)


def _after() -> tuple[str, ...]:
    return (
        _("Run. One soft tick says that the clip has started; its light goes off."),
        _(
            "At the end, hold the button for 2 seconds: two soft ticks, and the run is saved. Or "
            "just stop: the run ends by itself after 5 minutes."),
        _("One long rough buzz instead means that it did not work. Press again and stand still."),
        _("If it slips or you take it off: press, stand and bow again."),
        _("Plug it in to charge after the run, and bring it along."),
    )  # fmt: skip


def _cues() -> tuple[Step, ...]:
    told: tuple[tuple[int, str, str], ...] = (
        (coach.LEAN_MORE, _("Lean more"), _("A little farther forward, from the hips.")),
        (coach.EASE_OFF, _("Ease off"), _("A little more upright.")),
        (coach.CAP, _("Much too far: come up"), _("Come up at once. This cue always works.")),
        (coach.BACK_IN, _("There"), _("You are back where you want to be.")),
    )
    return tuple(
        Step(cue_pictures.picture(kind), title, f"{_sentence(cue_pictures.words(kind))} {what}")
        for kind, title, what in told
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _days_done(chart: Chart) -> dict[int, str]:
    """Return the day of each session that is done, by its number."""
    return {
        point.number: formats.day_of(point.day, point.began_s, "✓")
        for point in chart.points
        if point.done
    }


def _plan(values: dict[str, Any], done: dict[int, str]) -> tuple[PlanBox, ...]:
    if not values:
        return ()
    boxes = [
        PlanBox(
            str(session + 1),
            _("{minutes} min", minutes=for_session(values, "minutes", session)),
            _cue_words(for_session(values, "feedback_percent", session)),
            done.get(session, ""),
        )
        for session in range(values["sessions"])
    ]
    if values["baseline_cdeg"] == UNMEASURED:
        minutes = _("{minutes} min", minutes=for_session(values, "minutes", 0))
        boxes.insert(0, PlanBox("0", minutes, _("your own lean, no cues"), done.get(BASELINE, "")))
    return tuple(boxes)


def _cue_words(percent: int) -> str:
    said: dict[int, Callable[[], str]] = {
        0: lambda: _("no cues"), 100: lambda: _("cues all the time"),
    }  # fmt: skip
    return said.get(percent, lambda: _("cues {percent} % of the time", percent=percent))()


def _stop() -> tuple[str, ...]:
    return (
        _("Pain increases during a run, or is still worse the next day than before the run."),
        _("New pain in the back, hip or foot."),
        _("You feel dizzy, unwell or very short of breath."),
        _("The clip does not stop buzzing, or it hurts or heats the skin. Take it off."),
        _("You cannot feel the cues, or cannot tell them apart."),
    )
