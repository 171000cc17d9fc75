"""Tasks of newcomers, and the links that lead to each from the site's first page."""

from __future__ import annotations

from typing import NamedTuple

MOST_CLICKS = 3


class Task(NamedTuple):
    """A task, the texts of the links to follow one by one, and words of the answer."""

    task: str
    presses: tuple[str, ...]
    answer: str


TASKS = (
    Task("Find the rate of false cues", ("What is proved and what is not",),
         "false cues per hour, lean held 1° inside the band, as the clip does it"),
    Task("Find what a buzz means", ("What you feel",), "two to four short pulses"),
    Task("Find what the red light says", ("What you feel",),
         "fault: the light blinks its number"),
    Task("Change the band of a patient", ("The first visit",),
         "How far to lean, as degrees above the runner's own lean; a cap above it"),
    Task("Find where the plan of eight sessions is from", ("The plan and its sources",),
         "Crowell HP, Davis IS (2011)"),
    Task("Make a backup of the patients' data", ("Where the data are",),
         "leancue library backup FOLDER"),
    Task("Buy the parts of a clip", ("Parts of a clip",), "Adafruit 4754"),
    Task("Find how long the cell lasts", ("Makers", "How long the cell lasts"),
         "How long the cell lasts"),
    Task("Put the program on a board", ("Makers", "Install the program"),
         "leancue install makes a clip of a CircuitPython board"),
    Task("Add a board", ("Add a board",), "board_id"),
    Task("Change when a cue is given", ("Rooms, and where to change what",),
         "shared/leancore/coaching/coach.py"),
    Task("Read the bytes of a log page", ("Developers", "Protocol and log", "A page of the log"),
         "CRC-32"),
    Task("Replay an own CSV file", ("Recordings",), "leancue replay RECORDING.csv --out DIR"),
    Task("Read a run in Python", ("From Python",), "read_runs(path: str | Path) -> list[Run]"),
    Task("Find how far a lean may be off", ("Researchers", "The error model"),
         "twice the RMS error"),
    Task("Plan a study with sessions in random order", ("Researchers", "Studies", "The order"),
         "leancue study new pilot"),
    Task("Cite LeanCue", ("Researchers", "Cite, licence"), "@software{leancue,"),
)  # fmt: skip
