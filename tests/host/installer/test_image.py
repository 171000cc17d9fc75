"""The image of the clip's program: it decides and logs as the source does, to the byte."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from image_rig import UNITS, image, image_with_names, load
from leancore.coaching import prescription
from leancore.link import messages
from leancore.runlog import records
from leancore.schema import faults, settings, table
from leancue.installer.image import clip
from leancue.installer.image.compact import compact
from leandevice import button
from leandevice.feedback import feedback_patterns
from leandevice.storage.run_store import PATH

from boards.sim.board import SimBoard
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.wearer import synthesise

RECORD_TABLES = (
    records.STEP_FIELDS, records.CUE_FIELDS, records.NOTE_FIELDS, records.FLAGS,
)  # fmt: skip


def worn(folder: Path, code: Any = None) -> bytes:
    """The log of a clip whose wearer calibrates, runs, leans too little, and stops."""
    folder.mkdir()
    plan = PLANS["short"]
    given = {} if code is None else {"code": code}
    motion = synthesise(plan, seed=1)[0]
    board = SimBoard(motion, folder, log_pages=64, presses=plan.pressed, **given)
    board.forward(0.5)
    board.wear()
    board.forward(80)
    return board.flash.real_path(PATH).read_bytes()


@pytest.mark.parametrize("by_module", [False, True])
def test_a_run_of_the_image_is_logged_as_one_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_module: bool
) -> None:
    made = image(by_module)
    units = tuple(unit for unit in made.texts if unit not in clip.SCRIPTS) if by_module else UNITS
    code, modules = load(made, units)
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    log = worn(tmp_path / "image", code)
    assert log.count(b"LCUE") > 15
    assert log == worn(tmp_path / "source")


def test_a_constant_of_another_module_is_a_number_in_the_image() -> None:
    """A name would be looked up, with every sample."""
    made = image_with_names()
    for name in ("HAS_A", "LAST_MS", "PERIOD_MS", "RAW_MOST_BYTES", "ALL_BYTES", "PENDING"):
        assert not re.search(rf"\b\w*__{name}\b", "".join(made.texts.values())), name


def test_no_word_that_only_the_host_needs_stands_in_the_image() -> None:
    """Numbers and words stand in one table; the builder leaves the words out."""
    texts = "".join(image().texts.values())
    words = [
        *(row[2] for row in faults.FAULTS),
        *(row[2] for row in messages.MESSAGES if len(row[2]) > 12),
        *(row[-1] for fields in RECORD_TABLES for row in fields if len(row[-1]) > 12),
        *settings.SETTINGS[table.HELP],
        *prescription.TABLE[table.HELP],
        *prescription.PLAN[table.HELP],
        *(name for name, _pattern in feedback_patterns.MOMENTS),
        *(name for _gesture, name, _does in button.GESTURES),
    ]
    assert len(words) > 80
    told = [word for word in words if repr(word)[1:-1] in texts and " " in word]
    assert told == ["needs calibration"]  # a mode, which the clip tells by this name


def test_the_image_is_the_same_in_every_process() -> None:
    """Else a drive never is as it should be, and each `install` would write it all again."""
    program = (
        "from leancue.installer import payload as p; from hashlib import sha256;"
        "print(sha256(repr([p.clip.texts(p.image(f)) for f in p.FORMS]).encode()).hexdigest())"
    )
    here = sha256(repr([clip.texts(image(by_module)) for by_module in (False, True)]).encode())
    other_seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    environment = {**os.environ, "PYTHONHASHSEED": other_seed,
                   "PYTHONPATH": os.pathsep.join(sys.path)}  # fmt: skip
    there = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True
    )
    assert there.stdout.decode().strip() == here.hexdigest()


@pytest.mark.parametrize(
    ("line", "is_left_out"),
    [
        ('HAPTIC = "pwm"', True),
        ('HAPTIC = "drv2605"', False),
        ('HAPTIC, LIGHT = "drv2605", 1', False),
        ('MOTOR = "drv2605"', True),
    ],
)
def test_a_board_has_the_units_that_its_file_asks_for(line: str, is_left_out: bool) -> None:
    left_out = clip.left_out(f'"""A board."""\n{line}\nSDA, SCL, I2C_HZ = "SDA", "SCL", 400_000\n')
    assert ("lean_drv2605" in left_out) is is_left_out
    assert set(clip.ELSEWHERE) < left_out | {"lean_drv2605"}
    assert set(clip.ASKED_FOR) <= set(clip.ROOTS)


def test_the_text_of_a_program_is_the_same_with_fewer_blanks() -> None:
    """Where the compiled program does not start, its text must leave room for the log."""
    for name, text in image().texts.items():
        short = compact(text)
        assert ast.dump(ast.parse(short)) == ast.dump(ast.parse(text)), name
        assert short.count("\n") == text.count("\n"), "lines are looked up at the desk"
        assert len(short) < 0.97 * len(text) or len(text) < 1000, name


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("if a and not b:\n  return 1 if c else -d\n", "if a and not b:\n  return 1 if c else-d\n"),
        ("x = {'a b': ( - y, 0.5) }  # why\n", "x={'a b':(-y,0.5)}# why\n"),
        ("return b'\\0' if x in 'a' else 'c  d'\n", "return b'\\0'if x in 'a'else 'c  d'\n"),
        ("a = b - -c ; d = e >> - f\n", "a=b--c;d=e>>-f\n"),
    ],
)
def test_blanks_stay_where_words_would_grow_together(text: str, short: str) -> None:
    assert compact(text) == short
