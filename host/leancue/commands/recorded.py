"""``leancue replay`` and ``verify``: recordings and runs through the core again."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal
from leancue.basis.errors import LogError
from leancue.commands.options import Json, RunFile

if TYPE_CHECKING:
    from leancue.recordings.mount_detection import Stand, Window
    from leancue.runs.runlog import Run


class Orientation(StrEnum):
    """The source of a replay's orientation."""

    CHIP = "chip"
    OWN = "own"
    BOTH = "both"


def replay(
    recording: Annotated[Path, typer.Argument(metavar="RECORDING.csv", help="The recording.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")],
    stand: Annotated[
        str | None,
        typer.Option(
            metavar="T0:T1|none",
            help=(
                "When the runner stood still, in seconds; none: use the clip's nominal mount. "
                "Default: the first time of standing still is found and used."
            ),
        ),
    ] = None,
    hinge: Annotated[
        str | None,
        typer.Option(metavar="T0:T1", help="When the runner bowed from the hip, in seconds."),
    ] = None,
    prescription: Annotated[
        Path | None,
        typer.Option(metavar="P.toml", help="The prescription; default: the standard one."),
    ] = None,
    orientation: Annotated[
        Orientation,
        typer.Option(
            help=(
                "Source of the orientation: chip (as recorded), own (LeanCue's, from gyroscope "
                "and accelerometer), or both, as on the clip."
            )
        ),
    ] = Orientation.CHIP,
    json: Json = False,
) -> None:
    """Replay a recording through the clip's own code.

    Writes the steps, leans and cues it would have had to a folder, and a summary. A recording
    that contradicts itself is refused, with the likely mistake.
    """
    stood, bowed = _stand(stand), _window(hinge, "--hinge") if hinge else None
    from leancore.coaching import prescription as prescriptions
    from leancore.schema import settings

    from leancue.prescriptions.prescription_file import load
    from leancue.recordings import replay_words
    from leancue.recordings.recording import read
    from leancue.recordings.replay import replay as run_replay
    from leancue.recordings.replay import write_replay
    from leancue.recordings.replay_summary import summarise

    values = load(prescription) if prescription else prescriptions.default()
    source = list(Orientation).index(orientation)
    made = read(recording, needs_orientation=orientation is not Orientation.OWN)
    replayed = run_replay(made, values, settings.checked({}), stood, bowed, orientation=source)
    write_replay(replayed, out)
    summary = summarise(replayed)
    noticed = replay_words.noticed(made, summary)
    if json:
        terminal.say_json({**summary, "noticed": noticed})
        return
    terminal.say(replay_words.answer(summary))
    for line in noticed:
        terminal.say(f"  {line}")
    terminal.say(f"  {out}: steps.csv, samples.csv, cues.csv, summary.json")


def verify(runs: RunFile, json: Json = False) -> None:
    """Prove a run: replayed, it decides the same.

    The raw samples go through the clip's own code on the desk; every decision must be the one that
    the clip wrote down, byte for byte.
    """
    from dataclasses import asdict

    from leancue.runs.verify import verify as prove

    results = [prove(run) for run in _runs_in(runs)]
    if json:
        terminal.say_json([{**asdict(result), "proved": result.proved} for result in results])
    for result in results:
        if not json:
            word = "proved" if result.proved else "not proved"
            terminal.say(f"Run {result.run_id}: {word}. {result}")
    for result in results:
        result.require()
    if not all(result.proved for result in results):
        raise typer.Exit(LogError.exit_code)


def _runs_in(file: Path) -> list[Run]:
    from leancue.runs.runlog import read_runs

    return read_runs(file)


def _stand(text: str | None) -> Stand:
    if text is None or text == "none":
        return "none" if text else None
    return _window(text, "--stand")


def _window(text: str, name: str) -> Window:
    start, colon, end = text.partition(":")
    try:
        window = float(start), float(end)
    except ValueError:
        window = (0.0, 0.0)
    if not colon or not window[0] < window[1]:
        raise terminal.TypedError(
            f"`{name} {text}` is not a range of times.",
            way_out=f"Type it as `{name} 3.5:6`, seconds from the recording's start, from:to.",
        )
    return window
