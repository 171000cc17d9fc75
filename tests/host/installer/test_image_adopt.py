"""Methods that move to the class of their only caller, and those that must stay."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from leancue.installer.image import build as builder
from leancue.installer.image.build import Image

_PART = """
class Part:
    def __init__(self):
        self.total = 0
        self.last = 0
    def work(self, a, b):
        if a > 2:
            return b
        self.total += a
        self.last = b
        return self._sum(a) + self._sum(b)
    def _sum(self, a):
        return self.total + a
"""
_WHOLE = """
class Whole:
    def __init__(self):
        self.part = Part()
        self.n = 0
    def go(self, a):
        {use}
        self.n += x
        return [x, self.n]
"""
_END = """
one = Whole()
found = [one.go(a) for a in range(5)] + [one.part.total, one.part.last]
print(found)
"""


def made(text: str, merging: tuple[str, ...] = ("room",), renames: bool = True) -> Image:
    files = {"room.main": ("room/main.py", text)}
    return builder.build(files, {"unit": ("room.main",)}, renames=renames, merging=merging)


def result(image: Image, name: str = "found") -> Any:
    space: dict[str, Any] = {}
    exec(image.texts["unit"], space)
    return space[image.name("room.main", name)]


def methods(image: Image, name: str) -> list[str]:
    """The methods that a class has in the image (made without short names)."""
    classes = (one for one in ast.parse(image.texts["unit"]).body if isinstance(one, ast.ClassDef))
    node = next(one for one in classes if one.name.endswith(f"__{name}"))
    return [part.name for part in node.body if isinstance(part, ast.FunctionDef)]


def same(text: str) -> None:
    """The image does what the source does, with and without short names."""
    space: dict[str, Any] = {}
    exec(text, space)
    for renames in (True, False):
        assert result(made(text, renames=renames)) == space["found"]


@pytest.mark.parametrize(
    "use",
    [
        "x = self.part.work(a, 2)",
        "part = self.part\n        x = part.work(a, 2)",
        "x = 1\n        if self.part.work(a, self.n):\n            x = 2",
        "x = 1\n        if a and not self.part.work(a, 1):\n            x = 2",
        "x = a\n        self.part.work(a, a + 1)",
        "x = self.part.work(a, 2) if a > 1 else 5",
    ],
)
def test_a_method_with_one_caller_comes_to_its_place(use: str) -> None:
    text = _PART + _WHOLE.format(use=use) + _END
    same(text)
    image = made(text, renames=False)
    is_taken = " if a > 1 else " not in use  # a call within an expression stays
    assert ("work" in methods(image, "Part")) is not is_taken
    assert methods(image, "Whole") == ["__init__", "go"]


def test_only_classes_of_the_named_modules_lose_methods() -> None:
    text = _PART + _WHOLE.format(use="x = self.part.work(a, 2)") + _END
    assert "work" in methods(made(text, ("elsewhere",), renames=False), "Part")
    assert "work" in methods(made(text, (), renames=False), "Part")


_USE = "x = self.part.work(a, 2)"
_OTHER = "class Other:\n    def work(self, a, b):\n        return a\n"


@pytest.mark.parametrize(
    "more",
    [
        "found.append(one.part.work(1, 2))",  # a second caller
        "found.append(one.part.work)\nfound[-1] = found[-1](1, 2)",  # a bound method
        "for it in (Other(), one.part):\n    found.append(it.work(1, 2))",  # any of the two
        "found.append(getattr(one.part, 'work')(1, 2))",
        "one.part = Other()\nfound.append(one.go(1))",
        "setattr(one, 'part', Other())\nfound.append(one.go(1))",
        "one.part, n = Other(), 1\nfound.append(one.go(1))",
        "for one.part in (Other(),):\n    found.append(one.go(1))",
        "class Heir(Part):\n    def work(self, a, b):\n        return 9\n"
        "one.part = Heir()\nfound.append(one.go(1))",
    ],
)
def test_a_method_that_others_may_call_or_replace_stays(more: str) -> None:
    text = _PART + _OTHER + _WHOLE.format(use=_USE) + _END.replace("print(found)\n", "")
    text += more + "\nprint(found)\n"
    same(text)
    assert "work" in methods(made(text, renames=False), "Part")


@pytest.mark.parametrize(
    "more",
    [
        "found.append(Other().work(1))",  # with another number of arguments
        "class Third:\n    def __init__(self):\n        self.part = Other()\n"
        "    def go(self):\n        return self.part.work(1, 2)\n"
        "found.append(Third().go())",  # the same attribute, of another class
    ],
)
def test_a_namesake_of_another_class_does_not_keep_it(more: str) -> None:
    other = _OTHER.replace("a, b", "a, b=0")
    text = _PART + other + _WHOLE.format(use=_USE) + _END.replace("print(found)\n", "")
    text += more + "\nprint(found)\n"
    same(text)
    assert "work" not in methods(made(text, renames=False), "Part")


def test_attributes_that_only_a_moved_method_uses_share_no_name_in_their_object() -> None:
    image = made(_PART + _WHOLE.format(use=_USE) + _END)
    names = (f".{name}" for name in ("total", "last", "_sum"))
    short = [image.names[name] for name in names if name in image.names]
    assert len(set(short)) == len(short) > 1


def test_methods_move_through_several_classes() -> None:
    text = (
        "class Inner:\n    def __init__(self):\n        self.n = 1\n"
        "    def more(self, a):\n        self.n += a\n        return self.n\n"
        "class Middle:\n    def __init__(self):\n        self.inner = Inner()\n        self.m = 0\n"
        "    def step(self, a):\n        x = self.inner.more(a)\n        self.m += x\n"
        "        return x + self.m\n"
        "class Outer:\n    def __init__(self):\n        self.middle = Middle()\n"
        "    def run(self, a):\n        y = self.middle.step(a)\n        return y\n"
        "    def go(self):\n        return [self.run(1), self.run(2)]\n"
        "found = Outer().go()\nprint(found)\n"
    )
    same(text)
    image = made(text, renames=False)
    assert methods(image, "Inner") == methods(image, "Middle") == ["__init__"]


def test_methods_of_classes_with_one_name_do_not_replace_each_other() -> None:
    part = "class Part:\n    def __init__(self):\n        self.n = {n}\n    def work(self, a):\n" \
        "        for i in range(a):\n            if i == self.n:\n" \
        "                return i * {n}\n" \
        "        return -1\n"  # fmt: skip
    whole = (
        "from room.a import Part as A\nfrom room.b import Part as B\n"
        "class Whole:\n    def __init__(self):\n        self.a = A()\n        self.b = B()\n"
        "    def go(self):\n        return self.b.work(9)\n"
        "    def went(self):\n        return self.a.work(9)\n"
        "one = Whole()\nfound = [one.go(), one.went()]\nprint(found)\n"
    )
    texts = {"a": part.format(n=1), "b": part.format(n=2), "main": whole}
    files = {f"room.{name}": (f"room/{name}.py", text) for name, text in texts.items()}
    image = builder.build(files, {"unit": tuple(files)}, merging=("room",))
    assert result(image) == [4, 1]
