"""Variables that share a place: never two whose values are needed at the same time."""

from __future__ import annotations

import random
from typing import Any

import pytest
from leancue.installer.image import build as builder

_SEEDS = 300


def ran(text: str, image: bool) -> dict[str, Any]:
    """The names of a source, or of its image, once it ran."""
    if image:
        text = builder.build({"room.main": ("room/main.py", text)}, {"unit": ("room.main",)},
                             renames=False).texts["unit"]  # fmt: skip
    space: dict[str, Any] = {}
    exec(text, space)
    return {name.rpartition("__")[2]: one for name, one in space.items()}


def both(body: str, *values: int) -> int:
    """Check that the image returns the same; return the number of its variables."""
    text = "def go(a, b):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    text += "print(go, end='')\n"
    before, after = ran(text, image=False), ran(text, image=True)
    assert after["go"](*values) == before["go"](*values)
    return int(after["go"].__code__.co_nlocals)


def test_one_variable_after_the_other_needs_one_place() -> None:
    assert both("x = a + 1\nb = b * x\ny = b + 2\nb = b * y\nz = b - 3\nreturn z * b", 3, 5) == 3


def test_variables_that_are_needed_together_have_places_of_their_own() -> None:
    assert both("x = a + 1\ny = b + 2\nz = x * y\nreturn [a, b, x, y, z]", 3, 5) == 5


@pytest.mark.parametrize(
    "body",
    [
        "x = 0\nfor i in range(a):\n    y = i + x\n    x += y\nreturn x",
        "x = 1\nwhile a:\n    a -= 1\n    if a & 1:\n        y = a\n    elif a < 3:\n"
        "        x += y\n    z = a\n    b += z\nreturn x + b",
        "for i in range(a):\n    if i:\n        b += kept\n    kept = i * 3\n    other = b + 1\n"
        "    b = other\nreturn b",
        "if a > b:\n    x = a\nelse:\n    y = b\n    x = y + 1\nz = x\nreturn z",
        "try:\n    x = a\n    y = b // (a - a)\nexcept ZeroDivisionError:\n    z = x\nreturn z",
        "x, y = a, b\nx, y = y, x\nreturn [x, y]",
        "x = a\nx += b\ny = x\nreturn y",
    ],
)
@pytest.mark.parametrize("values", [(0, 3), (5, 2), (7, 9)])
def test_a_value_is_kept_as_long_as_it_is_needed(body: str, values: tuple[int, int]) -> None:
    both(body, *values)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("x = [one + a for one in range(b)]\ny = x\nreturn y", 4),  # a function of its own, in part
        ("x = lambda n: n + a\ny = x(b)\nreturn y", 4),
        ("try:\n    x = 1 // (a - a)\nexcept ZeroDivisionError as error:\n    x = str(error)\n"
         "y = x\nreturn y", 5),
        ("x = a\ndel x\ny = b\nreturn y", 4),
    ],
)  # fmt: skip
def test_functions_with_scopes_or_names_that_end_are_left_alone(body: str, count: int) -> None:
    assert both(body, 3, 5) == count


def test_a_method_keeps_the_name_of_its_object() -> None:
    text = (
        "class A:\n    def __init__(self):\n        self.n = 1\n"
        "    def go(self, a):\n        x = self.n + a\n        y = x * 2\n        return y\n"
        "found = A().go(3)\nprint(found)\n"
    )
    assert ran(text, image=True)["found"] == ran(text, image=False)["found"] == 8


def test_whatever_a_function_does_its_image_does_the_same() -> None:
    for seed in range(_SEEDS):
        random_ = random.Random(seed)
        body = "\n".join(_block(random_, 3, [f"v{i}" for i in range(6)], ["a", "b"]))
        both(body + "\nreturn [a, b]", random_.randrange(9), random_.randrange(9))


def _block(random_: random.Random, depth: int, names: list[str], known: list[str]) -> list[str]:
    """Statements that read only variables that have a value; ``known`` grows."""
    lines: list[str] = []
    for _ in range(random_.randrange(2, 6)):
        name, left, right = (random_.choice(one) for one in (names, known, known))
        kind = random_.randrange(6)
        if kind == 0 and depth:
            lines.append(f"for i{depth} in range({random_.randrange(4)}):")
            lines += ["    " + line for line in _block(random_, depth - 1, names, list(known))]
        elif kind == 1 and depth:
            lines.append(f"if {left} % 3 > {right} % 2:")
            lines += ["    " + line for line in _block(random_, depth - 1, names, list(known))]
            lines.append("else:")
            lines += ["    " + line for line in _block(random_, depth - 1, names, list(known))]
        elif kind == 2:
            lines.append(f"{random_.choice('ab')} = ({left} * 3 + {right}) % 101")
        else:
            lines.append(f"{name} = ({left} * 5 + {right} + {random_.randrange(50)}) % 103")
            known.append(name)
    return lines
