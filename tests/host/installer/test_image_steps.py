"""The steps from source to image, each on a few lines, and what they must leave alone."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from typing import Any

import image_rig
import pytest
from leancue.installer.image import build as builder
from leancue.installer.image import traces
from leancue.installer.image.build import Image
from leancue.installer.image.link import LinkError
from leancue.installer.image.unit import NEEDS


def made(renames: bool = True, roots: Any = None, leaving: str = "", **texts: str) -> Image:
    files = {f"room.{name}": (f"room/{name}.py", text) for name, text in texts.items()}
    return builder.build(files, roots or {"unit": tuple(files)}, renames=renames, leaving=leaving)


def run(image: Image, unit: str = "unit") -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(image.texts[unit], space)
    return space


def result(image: Image) -> Any:
    """What ``room.main.found`` is."""
    return run(image)[image.name("room.main", "found")]


def test_modules_become_one_and_names_do_not_clash() -> None:
    image = made(
        a="def value():\n    x = 1\n    return [x, 'a']\n",
        b="def value():\n    x = 2\n    return [x, 'b']\n",
        main="from room import a\nfrom room.b import value as other\n"
        "found = a.value() + other()\nprint(found)\n",
    )
    assert result(image) == [1, "a", 2, "b"]
    assert "import" not in image.texts["unit"]


def test_a_module_as_a_value_is_refused_with_its_line() -> None:
    with pytest.raises(LinkError, match=r"room/main\.py:2: the module room\.a is used as a value"):
        made(a="x = []\n", main="from room import a\nprint(a)\n")
    with pytest.raises(LinkError, match="room.a has no y"):
        made(a="x = []\n", main="from room.a import y\nprint(y)\n")


def test_what_only_a_type_checker_reads_is_left_out() -> None:
    image = made(
        hints="TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any\n",
        main="from room.hints import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from room.hints import Any\n"
        "class Count:\n    value: int\n"
        "    def __init__(self, value: 'Any' = 1) -> None:\n        self.value: int = value\n"
        "found = Count(2).value\nprint(found)\n",
    )
    assert result(image) == 2
    assert not re.search("TYPE_CHECKING|typing|Any|int", image.texts["unit"].replace("print", ""))
    kept = made(main="ready = input()\nif ready:\n    print(1)\n").texts["unit"]
    assert "print(1)" in kept


def test_constants_are_put_in_place_and_their_names_go() -> None:
    image = made(
        a="RED, GREEN = range(2)\n_STEP = 3\nMOST = _STEP << 4\nLEAST = -MOST\nNAME = 'x'\n"
        "TABLE = (1, 2)\n",
        main="from room import a\nfrom room.a import MOST\n"
        "found = [a.GREEN, MOST, a.LEAST, a.NAME, a.TABLE]\nprint(found)\n",
    )
    assert result(image) == [1, 48, -48, "x", (1, 2)]
    assert "range" not in image.texts["unit"]


_MARKS = "def built(value):\n    return value\ndef described(rows):\n    return tuple(zip(*rows))\n"


def test_what_is_built_of_a_table_is_there_and_the_table_is_not() -> None:
    image = made(
        const=_MARKS,
        a="import struct\nfrom room.const import built\nFORM, WORDS = range(2)\n"
        "ROWS = (('H', 'of a height'), ('B', 'of a breadth'))\n"
        "def form_of(rows):\n    return '<' + ''.join([row[FORM] for row in rows])\n"
        "def size(rows):\n    return struct.calcsize(form_of(rows))\n"
        "LAYOUT = built(form_of(ROWS))\nBYTES = 2 + built(size(ROWS))\n",
        main="from room import a\nfound = [a.LAYOUT, a.BYTES]\nprint(found)\n",
    )
    assert result(image) == ["<HB", 5]
    assert not re.search("height|form_of|calcsize|built", image.texts["unit"])


def test_what_is_built_is_an_integer_or_a_text() -> None:
    with pytest.raises(SyntaxError, match=r"room/main\.py:2: .* is no integer or text"):
        made(const=_MARKS, main="from room.const import built\nprint(built([1]))\n")


def test_a_described_table_loses_its_words() -> None:
    image = made(
        const=_MARKS,
        main="from room.const import described\n"
        "TABLE = described((('a', 1, 'm', 'the first'), ('b', 2, 's', 'the second')))\n"
        "found = [column for column in TABLE]\nprint(found)\n",
    )
    assert result(image) == [("a", "b"), (1, 2)]
    assert not re.search("first|described", image.texts["unit"])


@pytest.mark.parametrize("rows", ["ROWS", "(1, 2)"])
def test_only_a_table_as_it_stands_is_described(rows: str) -> None:
    with pytest.raises(SyntaxError, match=r"room/main\.py:3: described\(\) takes rows"):
        made(
            const=_MARKS,
            main=f"from room.const import described\nROWS = ((1, 2),)\nprint(described({rows}))\n",
        )


def test_a_range_with_a_beginning_is_a_row_of_constants() -> None:
    image = made(main="RED, GREEN = range(1, 3)\nfound = [RED, GREEN]\nprint(found)\n")
    assert result(image) == [1, 2]
    assert "range" not in image.texts["unit"]


def test_a_name_that_changes_is_no_constant() -> None:
    image = made(main="x = 1\nfound = [x]\nx = 2\nfound.append(x)\nprint(found)\n")
    assert result(image) == [1, 2]


def test_what_nothing_uses_goes() -> None:
    image = made(
        a="def used():\n    return [1]\n\ndef unused():\n    return used()\n\n"
        "class Thing:\n    def asked(self):\n        return 5\n    def never(self):\n"
        "        return self.asked()\n",
        main="from room.a import Thing, used\nfound = used() + [Thing().asked()]\nprint(found)\n",
        renames=False,
    )
    assert result(image) == [1, 5]
    assert "unused" not in image.texts["unit"]
    assert "never" not in image.texts["unit"]


def test_attributes_share_short_names_but_never_in_one_object() -> None:
    image = made(
        main="class A:\n    FIELDS = ('first', 'second')\n    def __init__(self):\n"
        "        self.first = 1\n        self.second = 2\n"
        "    def sum(self):\n        return [getattr(self, name) for name in self.FIELDS]\n"
        "class B(A):\n    def __init__(self):\n        A.__init__(self)\n        self.third = 3\n"
        "class C:\n    def __init__(self):\n        self.alone = 4\n"
        "b = B()\nfound = b.sum() + [b.third, C().alone, hasattr(b, 'alone')]\n"
        "found.append(hasattr(b, 'third'))\nprint(found)\n",
    )
    assert result(image) == [1, 2, 3, 4, False, True]
    names = {name: image.names[f".{name}"] for name in ("first", "second", "third")}
    assert len(set(names.values())) == 3
    assert all(len(short) == 2 for short in names.values())


def test_names_of_others_stay() -> None:
    image = made(
        main="import struct\nclass A:\n    def __init__(self):\n        self.pack = [7]\n"
        "        self.value = 8\n"
        "a = A()\nfound = [struct.pack('<B', 1), a.pack, a.value, b'x'.hex()]\nprint(found)\n"
    )
    assert result(image) == [b"\x01", [7], 8, "78"]
    assert ".value" not in image.names  # a pin has one


def test_small_functions_are_put_in_place_of_their_calls() -> None:
    image = made(
        a="def twice(x):\n    return x + x\n\ndef less(a, b):\n    return a - b\n\n"
        "def effect(log):\n    log.append(1)\n    return len(log)\n",
        main="from room.a import effect, less, twice\nlog = []\nn = 4\n"
        "found = [twice(n), twice(effect(log)), less(effect(log), effect(log))]\nprint(found)\n",
        renames=False,
    )
    assert result(image) == [8, 2, -1]
    text = image.texts["unit"]
    assert "room_a__less" not in text
    assert "room_a__twice(room_a__effect" in text  # its argument may be evaluated once only


def test_a_function_that_needs_an_import_of_its_module_is_called() -> None:
    image = made(
        roots={"first": ("room.a",), "second": ("room.main",)},
        a="import struct\ndef pack(x):\n    return struct.pack('<B', x)\n",
        main="from room.a import pack\nfound = [pack(3)]\nprint(found)\n",
    )
    assert "struct" not in image.texts["second"]


@pytest.mark.parametrize(
    "use",
    [
        "return self._step(a, 2)",
        "x = self._step(a, 2)\n        return x",
        "x = 10\n        x += self._step(a, 2)\n        return x",
        "if self._step(a, 2):\n            return self.n\n        return 0",
        "for i in range(3):\n            x = self._step(i, i)\n        return x",
        "self._step(a, 2)\n        return self.n",
    ],
)
def test_a_method_that_is_called_once_comes_to_its_place(use: str) -> None:
    text = (
        "class A:\n    def __init__(self):\n        self.n = 0\n"
        f"    def go(self, a):\n        {use}\n"
        "    def _step(self, a, b):\n        x = a + b\n        self.n += x\n        return x * 2\n"
        "one = A()\nfound = [one.go(3), one.n]\nprint(found)\n"
    )
    image = made(main=text)
    space: dict[str, Any] = {}
    exec(text, space)
    assert result(image) == space["found"]
    assert image.texts["unit"].count("def ") == 2


_EARLY = {
    "guard": "if a > 2:\n            return 'much'\n        self.n = a",
    "branches": "if a > 2:\n            self.n = 3\n            return a * 2\n"
    "        elif a > 1:\n            self.n = 2\n        else:\n            return 0\n"
    "        self.n += 5\n        return self.n",
    "guards": "if not a:\n            return\n        if a > 3:\n            return a\n"
    "        for i in range(a):\n            self.n += i\n        return self.n > 1",
    "nothing": "if a > 1:\n            if a > 2:\n                return\n"
    "            self.n = a",
    "bare": "if self.more(a):\n            return",
    "raise": "if a < 9:\n            return a\n        raise ValueError(a)",
}
_USES = {
    "statement": "self._step(a)\n        x = 1",
    "assigned": "x = self._step(a)",
    "attribute": "self.last = self._step(a)\n        x = self.last",
    "condition": "x = 1\n        if self._step(a):\n            x = 2\n"
    "        else:\n            x = 3",
    "negated": "x = 1\n        if not self._step(a):\n            x = 2",
    "last condition": "x = 1\n        if a & 1 and a > 2 and self._step(a):\n            x = 2",
    "last condition, negated": "x = 1\n        if a > 2 and not self._step(a):\n            x = 2",
    "either": "x = self._step(a) if a > 2 else 5",
    "or": "x = 5 if a > 2 else self._step(a)",
    "loop": "x = 0\n        while x < 2:\n            x += 1\n            y = self._step(x + a)",
    "else": "x = 0\n        if a > 4:\n            x = 7\n        elif self._step(a):\n"
    "            x = 8",
}


def _class(use: str, body: str) -> str:
    return (
        "class A:\n    def __init__(self):\n        self.n = self.last = 0\n"
        "    def more(self, a):\n        self.n += a\n        return a > 1\n"
        f"    def go(self, a):\n        {use}\n        return [x, self.n, self.last]\n"
        f"    def _step(self, a):\n        {body}\n"
        "one = A()\nfound = [one.go(a) for a in range(6)] + [one.more(1)]\nprint(found)\n"
    )


@pytest.mark.parametrize("use", _USES)
@pytest.mark.parametrize("body", _EARLY)
def test_a_method_with_early_returns_comes_to_its_place(use: str, body: str) -> None:
    text = _class(_USES[use], _EARLY[body])
    image = made(main=text)
    space: dict[str, Any] = {}
    exec(text, space)
    assert result(image) == space["found"]
    assert image.texts["unit"].count("def ") == 3


@pytest.mark.parametrize(
    ("use", "body"),
    [
        ("x = self._step(a)", "for i in range(a):\n            if i:\n                return i"),
        ("x = self._step(a)", "if a > 1:\n            if a > 2:\n                return 1\n"
         "        self.n += 1\n        return 2"),  # the rest would be needed twice
        ("x = self._step(a)", "try:\n            return 5 // a\n"
         "        except ZeroDivisionError:\n            return 0"),
        ("x = 1 if a > 2 and self._step(a) else 2", "return a"),
        ("x = 2 * self._step(a)", "return a"),
        ("x = 1\n        if a > 2 or self._step(a):\n            x = 2", "return a"),
    ],
)  # fmt: skip
def test_a_method_that_cannot_have_a_single_exit_is_called(use: str, body: str) -> None:
    text = _class(use, body)
    image = made(main=text)
    space: dict[str, Any] = {}
    exec(text, space)
    assert result(image) == space["found"]
    assert image.texts["unit"].count("def ") == 4


def test_a_method_may_share_its_name_with_one_of_another_class() -> None:
    other = "class B:\n    def go(self):\n        return self._step(1) + self._step(2)\n" \
        "    def _step(self, a):\n        return a\n"
    text = _class("x = self._step(a)", "return a + 1") + other + "found.append(B().go())\n"
    image = made(main=text)
    assert result(image)[-1] == 3
    assert image.texts["unit"].count("def ") == 5
    named = made(main=text + "found.append(one._step(5))\n")
    assert result(named)[-1] == 6
    assert named.texts["unit"].count("def ") == 6


def test_a_method_that_a_subclass_may_replace_is_called() -> None:
    heirs = "class B(A):\n    def _step(self, a):\n        return 7\n" \
        "class C(A):\n    def get(self):\n        return self.go(1)\n" \
        "found += [B().go(1)[0], C().get()[0]]\n"
    image = made(main=_class("x = self._step(a)", "return a + 1") + heirs)
    assert result(image)[-2:] == [7, 2]


@pytest.mark.parametrize(
    ("call", "kept"),
    [
        ("return self._step(a, b)", 0),  # nobody reads them any more: they may be changed
        ("return self._step(a, a)", 2),
        ("return self._step(a, a + b)", 1),
        ("x = self._step(a, b)\n        return [x, a, b]", 2),
        ("try:\n            return self._step(a, b)\n        finally:\n"
         "            self.last = [a, b]", 2),
    ],
)  # fmt: skip
def test_a_variable_that_nobody_reads_any_more_is_the_methods_own(call: str, kept: int) -> None:
    text = (
        f"class A:\n    last = None\n    def go(self, a, b):\n        {call}\n"
        "    def _step(self, a, b):\n        a += 1\n        b += a\n        return [a, b]\n"
        "one = A()\nfound = [one.go(3, 5), one.last]\nprint(found)\n"
    )
    image = made(main=text, renames=False)
    space: dict[str, Any] = {}
    exec(text, space)
    assert result(image) == space["found"]
    method = image.texts["unit"].partition("def go")[2]
    assert len(re.findall(r"\b\w+ = [ab](?: \+ b)?(?=[;\n])", method)) == kept


def test_a_method_of_an_heir_is_not_lost() -> None:
    image = made(
        main="class A:\n    def go(self):\n        return self._step()\n"
        "    def _step(self):\n        return 1\n"
        "class B(A):\n    def _step(self):\n        return 2\n"
        "found = [A().go(), B().go()]\nprint(found)\n"
    )
    assert result(image) == [1, 2]


_BASE = (
    "class Base:\n    def __init__(self, n):\n        self.n = n\n        self.again()\n"
    "    def again(self):\n        self.said = ['base']\n"
    "    def gone(self):\n        return 0\n"
    "    def twice(self):\n        return 2 * self.n\n"
)
_HEIR = (
    "class Heir(Base):\n    def __init__(self):\n        super().__init__(3)\n        self.m = 4\n"
    "    def again(self):\n        super().again()\n        self.said.append('heir')\n"
    "    def gone(self):\n        return self.twice() + self.m\n"
)
_TOLD = "one = Heir()\none.again()\nfound = [one.said, one.gone(), one.n]\nprint(found)\n"


def test_a_base_with_one_heir_becomes_a_part_of_it() -> None:
    image = made(
        base=_BASE, main="from room.base import Base\n" + _HEIR + _TOLD,
        roots={"unit": ("room.main",)},
    )  # fmt: skip
    assert result(image) == [["base", "heir"], 10, 3]
    assert image.texts["unit"].count("class ") == 1
    assert image.texts["unit"].count("def ") == 4  # both `__init__` in one, `again` too
    apart = made(
        base=_BASE, main="from room.base import Base\n" + _HEIR + _TOLD,
        roots={"first": ("room.base",), "second": ("room.main",)},
    )  # fmt: skip
    assert [text.count("class ") for text in apart.texts.values()] == [1, 1]


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        (_BASE + _HEIR + _TOLD + "print(Base(1))\n", 2),
        (_BASE + _HEIR + "class Other(Base):\n    pass\nprint(Other(2))\n" + _TOLD, 3),
        (_BASE + "    tone = 5\n" + _HEIR + _TOLD + "print(one.tone)\n", 2),
        (_BASE + _HEIR.replace("self.twice()", "super().twice()") + _TOLD, 2),
    ],
    ids=["used itself", "two subclasses", "a value of the class", "another method of the base"],
)
def test_a_base_that_is_more_than_that_stays(text: str, classes: int) -> None:
    image = made(main=text)
    assert result(image) == [["base", "heir"], 10, 3]
    assert image.texts["unit"].count("class ") == classes


def test_what_a_function_imports_comes_when_it_runs() -> None:
    """The board is there, and its motor off, before the rest is loaded."""
    image = made(
        roots={"first": ("room.main",), "later": ("room.late",)},
        main="def go():\n    from room.late import value\n    return value()\n",
        late="from room.main import go\ndef value():\n    x = [3]\n    return x\n"
        "y = go\nprint(y, value())\n",
    )
    tree = ast.parse(image.texts["first"])
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert "from later import" in image.texts["first"]
    assert image.texts["later"].startswith("from first import")


def test_an_error_in_a_line_of_the_image_is_told_with_lines_of_the_source() -> None:
    image = made(
        main="def go(a):\n    b = a\n    c = b\n    if c:\n        return c.missing\n    return c\n"
        "print(go)\n",
        roots={"lean_unit": ("room.main",)},
    )
    space: dict[str, Any] = {}
    exec(compile(image.texts["lean_unit"], "lean_unit.py", "exec"), space)
    with pytest.raises(AttributeError) as caught:
        space[image.name("room.main", "go")](5)
    line = caught.tb.tb_next.tb_lineno  # type: ignore[union-attr]
    told = 'Traceback (most recent call last):\n  File "/lib/a/lean_unit.mpy", line %d, in Aa\n'
    assert "  room/main.py:4-5\n" in traces.translated(told % line, image.origins)
    assert traces.translated(told % 999, image.origins) == told % 999  # of another image


def stubbed() -> dict[str, set[str]]:
    """Attribute → classes of CircuitPython, of the modules that the clip's program imports."""
    program = "".join(image_rig.image().texts.values())
    found: dict[str, set[str]] = {}
    for module in sorted(set(re.findall(r"import (\w+)|from (\w+) import", program))):
        name = module[0] or module[1]
        spec = importlib.util.find_spec(f"{name}-stubs")
        if spec is None or not spec.submodule_search_locations:
            continue
        path = Path(next(iter(spec.submodule_search_locations))) / "__init__.pyi"
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    for below in (getattr(part, "name", ""), *_targets(part)):
                        found.setdefault(below, set()).add(f"{name}.{node.name}")
    return found


def _targets(part: ast.stmt) -> list[str]:
    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
        return [part.target.id]
    return []


def test_no_name_of_circuitpython_is_taken_for_ours() -> None:
    """An attribute that is renamed must be none of an object that the board gives us."""
    known = stubbed()
    assert "duty_cycle" in known and "in_waiting" in known
    renamed = {name[1:] for name in image_rig.image().names if name.startswith(".")}
    assert len(renamed) > 500
    assert {name: known[name] for name in renamed & known.keys()} == {}


def test_an_object_made_once_gets_its_values_in_the_unit_that_makes_it() -> None:
    texts = {
        "part": "LIMIT = [3]\n"
        "class Part:\n"
        "    def __init__(self, first, second=5):\n"
        "        both = first + second\n"
        "        self.total = both + LIMIT[0]\n"
        "        self._first = first\n"
        "    def told(self):\n        return [self.total, self._first]\n",
        "main": "from room.part import Part\n"
        "class Maker:\n"
        "    def __init__(self, value):\n"
        "        part = Part(value * 2)\n        self.part = part\n"
        "found = Maker(4).part.told()\n",
    }
    roots = {"base": ("room.part",), "unit": ("room.main",)}
    assert "__init__" in made(roots=roots, **texts).texts["base"]  # the unit stays
    image = made(roots=roots, leaving="unit", **texts)
    assert "__init__" not in image.texts["base"]
    base, space = {}, {}  # type: ignore[var-annotated]
    exec(image.texts["base"], base)
    text = re.sub(r"^from base import .*\n", "", image.texts["unit"], flags=re.M)
    space.update(base)
    exec(text, space)
    assert space[image.name("room.main", "found")] == [16, 8]


@pytest.mark.parametrize("change", [
    ("Part(value", "Part(second=5, first=value"),  # by name
    ("found =", "other = Part(1, 2)\nfound ="),  # made twice
])  # fmt: skip
def test_an_object_that_is_made_otherwise_keeps_its_own_init(change: tuple[str, str]) -> None:
    main = ("from room.part import Part\nclass Maker:\n    def __init__(self, value):\n"
            "        self.part = Part(value, 5)\nfound = Maker(4).part\n")  # fmt: skip
    main = main.replace(*change).replace("first=value, 5", "first=value")
    part = "class Part:\n    def __init__(self, first, second):\n        self.total = first\n"
    roots = {"base": ("room.part",), "unit": ("room.main",)}
    image = made(roots=roots, leaving="unit", part=part, main=main)
    assert "__init__" in image.texts["base"]


def test_what_a_module_needs_can_be_a_unit_without_it() -> None:
    image = made(
        roots={"unit": ("room.main" + NEEDS,), "later": ("room.main", "room.only")},
        a="def value():\n    one = [1]\n    return one\n",
        only="def extra():\n    two = [2]\n    return two\n",
        main="from room.a import value\nfrom room.only import extra\nfound = value() + extra()\n",
    )
    assert "[1]" in image.texts["unit"]
    assert "[2]" not in image.texts["unit"]
    assert "[2]" in image.texts["later"]


def test_globals_that_no_unit_knows_both_of_share_a_short_name() -> None:
    image = made(
        roots={"one": ("room.a", "room.shared"), "two": ("room.b",)},
        shared="def shown(x):\n    for y in x:\n        x = [y, x]\n    return x\n",
        a="from room.shared import shown\ntable_of_a = [1]\nprint(shown(table_of_a))\n",
        b="from room.shared import shown\ntable_of_b = [2]\nprint(shown(table_of_b))\n",
    )
    a, b = image.name("room.a", "table_of_a"), image.name("room.b", "table_of_b")
    assert a == b
    assert image.name("room.shared", "shown") not in (a, b)
    assert len(a) == 2
