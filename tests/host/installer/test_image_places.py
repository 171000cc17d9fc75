"""Short names at the first place of the interpreter's lookup."""

from __future__ import annotations

import keyword
import shutil
import subprocess
import sys
from pathlib import Path

import image_rig
import pytest
from leancue.installer.image import build as builder
from leancue.installer.image import clip, places
from leancue.installer.image.places import HASHES, Table, hash_of, short_names, size_for
from leancue.installer.image.shorten import interned_first

ASKED = ("step", "A", "Zz", "lean_main", "__init__", "ux", "a0", "Pipeline", "_chores")


@pytest.fixture(scope="module")
def micropython() -> str:
    beside = Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.is_file() else shutil.which("micropython")
    assert found, "no micropython: install the dev extras (pip install -e '.[dev]')"
    return found


def test_hashes_are_those_of_micropython(micropython: str) -> None:
    script = f"print([hash(name) & 255 for name in {ASKED!r}])"
    done = subprocess.run([micropython, "-c", script], capture_output=True, text=True, check=True)
    theirs = [int(text) for text in done.stdout.strip("[]\n").split(",")]
    assert [hash_of(name) for name in ASKED] == [number or 1 for number in theirs]


def test_a_hash_of_nothing_is_not_zero() -> None:
    """Zero means to the interpreter that a hash is not known yet."""
    zero = next(a + b for a in "abcdefghijklmnop" for b in map(chr, range(33, 127))
                if (((5381 * 33 ^ ord(a)) * 33) ^ ord(b)) & 0xFF == 0)  # fmt: skip
    assert hash_of(zero) == 1


def test_tables_grow_as_those_of_micropython() -> None:
    assert [size_for(count) for count in (0, 1, 2, 3, 12, 13, 17, 18, 60)] == [
        1, 1, 2, 4, 12, 17, 17, 23, 73,
    ]  # fmt: skip


def test_there_is_a_short_name_for_each_hash() -> None:
    names = short_names()
    assert [hash_of(name) for name in names[:HASHES]] == list(range(1, HASHES + 1))
    assert len(set(names)) == len(names)
    assert not [name for name in names if keyword.iskeyword(name) or len(name) != 2]


def test_a_taken_place_sends_a_name_on() -> None:
    table = Table(4)
    table.take(1)
    assert table.steps(1) == 1
    assert table.steps(2) == 0
    table.take(5)  # the same place
    assert table.steps(2) == 1
    assert table.is_beyond(4) and not table.is_beyond(3)


def test_globals_stay_away_from_where_python_s_own_are_looked_for() -> None:
    names = list(places.for_globals(["len"]))
    assert sorted(names) == sorted(short_names())
    assert hash_of("len") not in {hash_of(name) for name in names[:200]}


OBJECT = """
class Thing:
    def __init__(self):
        self.one = self.two = self.three = self.four = self.five = 1

    def sum(self):
        return self.one + self.two + self.three + self.four + self.five + self.one


print(Thing().sum())
"""


def test_attributes_of_an_object_lie_at_the_places_of_their_hashes() -> None:
    made = builder.build({"room.main": ("room/main.py", OBJECT)}, {"unit": ("room.main",)})
    names = [made.names[f".{name}"] for name in ("one", "two", "three", "four", "five")]
    assert sorted(hash_of(name) for name in names) == [1, 2, 3, 4, 5]
    assert hash_of(made.names[".one"]) == 1  # the most used one
    # Asked of the object first, where its place is free.
    assert hash_of(made.names[".sum"]) % size_for(5) == 0


def test_an_attribute_of_another_s_name_keeps_its_place() -> None:
    text = OBJECT.replace("self.five", "self.value")  # a pin has one
    made = builder.build({"room.main": ("room/main.py", text)}, {"unit": ("room.main",)})
    kept = hash_of("value") % size_for(5)
    ours = [hash_of(made.names[f".{name}"]) for name in ("one", "two", "three", "four")]
    assert kept not in [number % size_for(5) for number in ours]


def test_the_hot_objects_of_the_clip_are_looked_up_at_once() -> None:
    """Of all that objects of the clip hold, hardly a name lies elsewhere than its hash says."""
    made = image_rig.image()
    attributes = {short for name, short in made.names.items() if name.startswith(".")}
    first = interned_first(made.names)[: len(attributes)]
    assert set(first) == attributes
    assert [hash_of(name) for name in first] == sorted(hash_of(name) for name in first)
    assert len(first) < 140
    for name in ("up_q20", "reads_left", "_haptic", "vertical", "t_ms"):
        assert hash_of(made.names[f".{name}"]) < 40, name


def test_every_short_name_is_met_once_at_the_start() -> None:
    made = image_rig.image()
    first = interned_first(made.names)
    assert sorted(first) == sorted(set(made.names.values()))


def test_the_first_script_names_them_in_order() -> None:
    made = image_rig.image()
    code = clip.scripts(made)["code.py"].decode()
    line = next(line for line in code.splitlines() if line.startswith("if 0:"))
    assert line.removeprefix("if 0:").split(";") == interned_first(made.names)
    assert code.index("if 0:") < code.index("import")
    assert "if 0:" not in clip.scripts(made)["boot.py"].decode()
