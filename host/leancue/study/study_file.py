"""A study's folder: design, participants, shown sessions; and its key.

The order of sessions is not stored: it is derived from the key each time. The key is in a separate
private file, and may be kept by someone else (``--key``). The study stores its fingerprint, so that
it cannot be exchanged.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

from leancue.basis import value_checks
from leancue.basis.errors import StudyError
from leancue.basis.files import read_at_most, reason_of, write_atomically
from leancue.basis.value_checks import text, whole
from leancue.study.allocation import Design, checked, fingerprint

FILE, KEY_FILE = "study.json", "allocation.key"
VERSION = 1
_KEY_BYTES = 32
_KEY_FILE_BYTES_MOST = 1000
_BYTES_MOST = 4 << 20
_WORDS_MOST = 10_000
_NUMBER, _SECONDS = whole(-1, 1000), whole(0, 1 << 40)


@dataclass
class Shown:
    """A shown session: its number from 0, when, and why it was skipped, or ""."""

    session: Annotated[int, _NUMBER]
    at_s: Annotated[int, _SECONDS]
    skipped: Annotated[str, text(_WORDS_MOST)] = ""


@dataclass
class Participant:
    """A participant: since when, sessions done before, and the shown part of the order."""

    enrolled_s: int
    done_before: int = 0
    shown: list[Shown] = field(default_factory=list)


@dataclass
class Study:
    """A study as in its file; ``unlocked_s``: when it was unlocked, or None."""

    name: str
    made_s: int
    design: Design
    key_sha256: str
    participants: dict[str, Participant] = field(default_factory=dict)
    unlocked_s: int | None = None

    def participant(self, code: str) -> Participant:
        """Return the participant with this code; StudyError."""
        if code not in self.participants:
            raise StudyError(
                f"{code} does not take part in {self.name}.",
                way_out=f"Type `leancue study enrol DIR {code}` first.",
            )
        return self.participants[code]


def make(
    folder: Path, design: Design, now_s: int, seed: str = "", key: Path | None = None
) -> Study:
    """Begin a study in a new folder.

    Args:
        folder: its path; its name is the study's.
        design: the common design.
        now_s: the time, UTC in seconds since 1970.
        seed: the key is made of this text; "" = a random one.
        key: where the key is kept instead of in the folder.

    Raises:
        StudyError: where there is one already, or the design cannot be.
        OutputError: where it cannot be written.
    """
    checked(design)
    key = key or folder / KEY_FILE
    for path in (folder / FILE, key):
        if path.exists():
            raise StudyError(
                f"{path} already exists.",
                "It may belong to another study.",
                "Choose another place.",
            )
    secret = (seed.strip() or os.urandom(_KEY_BYTES).hex()).encode()
    study = Study(folder.resolve().name, now_s, design, fingerprint(secret))
    write_atomically(key, secret + b"\n")
    save(study, folder)
    return study


def load(folder: Path) -> Study:
    """Read a study; StudyError if there is none, or it is of a later LeanCue."""
    try:
        data = json.loads(read_at_most(folder / FILE, _BYTES_MOST))
        if data["version"] != VERSION:
            raise StudyError(
                f"{folder} contains a study of another version of LeanCue.",
                way_out="Use that version.",
            )
        people = {code: _participant(values) for code, values in data["participants"].items()}
        return Study(
            data["name"], data["made_s"], checked(Design(**data["design"])), data["key_sha256"],
            people, data["unlocked_s"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudyError(
            f"{folder} contains no readable study: {reason_of(error)}.",
            "The folder may be misspelt, or its file was changed by hand.",
            "Start one with `leancue study new DIR`.",
        ) from error


def _participant(values: dict[str, Any]) -> Participant:
    shown = [value_checks.read(Shown, one) for one in values["shown"]]
    return Participant(
        value_checks.taken(_SECONDS, values["enrolled_s"], "enrolled_s"),
        value_checks.taken(_NUMBER, values["done_before"], "done_before"),
        shown,
    )


def save(study: Study, folder: Path) -> None:
    """Write a study, whole or not at all; OutputError."""
    values = {"version": VERSION, **asdict(study), "design": study.design._asdict()}
    write_atomically(folder / FILE, json.dumps(values, indent=1) + "\n")


def read_key(study: Study, folder: Path, key: Path | None = None) -> bytes:
    """Return the study's key; StudyError if it is unreadable or belongs to another study."""
    path = key or folder / KEY_FILE
    try:
        secret = read_at_most(path, _KEY_FILE_BYTES_MOST).strip()
    except OSError as error:
        raise StudyError(
            f"Cannot read the key of {study.name}: {path}: {error.strerror or error}.",
            "The person who keeps the order may have it.",
            "Name it with `--key FILE`.",
        ) from error
    if fingerprint(secret) != study.key_sha256:
        raise StudyError(f"{path} is not the key that {study.name} was started with.")
    return secret
