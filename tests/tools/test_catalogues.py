"""The catalogues: complete in every language, and no sentence outside of them."""

from __future__ import annotations

import ast

import pytest
from babel.messages.catalog import Catalog
from leancue.language.words import LANGUAGES, SOURCE, path_of

from tools import write_catalogues
from tools.catalogue import outside
from tools.catalogue.collecting import ROOT, called, collect
from tools.check_wording import in_catalogue

OTHERS = [code for code in LANGUAGES if code != SOURCE]
# No words of ours for therapist, patient or runner: names, fonts, code for typst, and what the
# command line says where packages are missing.
NOT_OURS = (
    "language/words.py", "clinic/server.py", "report/__init__.py", "report/printing.py",
    "report/typesetting.py", "report/svg.py",
)  # fmt: skip


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_is_complete_and_up_to_date(code: str) -> None:
    made = write_catalogues.brought_up_to_date(code)
    assert list(write_catalogues.lacking(made)) == []
    assert path_of(code).read_text("utf-8") == write_catalogues.as_text(made)


def test_the_faults_of_the_clip_are_in_it() -> None:
    words = {found.words for found in collect()}
    assert "The battery was low." in words


def test_what_is_missing_is_named() -> None:
    catalogue = Catalog(locale="de")
    catalogue.add("a {value} b", "ohne Wert")
    catalogue.add("not there", "")
    catalogue.add(("{number} run", "{number} runs"), ("{number} Lauf", ""))
    assert len(list(write_catalogues.lacking(catalogue))) == 3


def test_no_sentence_stands_outside() -> None:
    found = [one for one in outside.outside() if not one.where.split(":")[0].endswith(NOT_OURS)]
    assert found == []


def test_nothing_hides_the_name_of_gettext() -> None:
    """A throw-away ``_`` in a function that says words would be called in its place."""
    hidden = [
        f"{path}: {function.name}"
        for path in (ROOT / "host" / "leancue").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and _hides(function)
    ]
    assert hidden == []


def _hides(function: ast.AST) -> bool:
    inside = list(ast.walk(function))
    loops = [node for node in inside if isinstance(node, ast.comprehension)]
    theirs = {name for loop in loops for name in ast.walk(loop.target)}
    binds = any(
        isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store)
        and node not in theirs for node in inside
    )  # fmt: skip
    return binds and any(called(node) == "_" for node in inside)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('say("Press the button")', True),
        ('say(f"Press {name} now")', True),
        ('button("Keep", go)', True),
        ('say(_("Press the button"))', False),
        ('n_("one run", "more runs", 3)', False),
        ('markup("<p>Press the button</p>")', True),
        ("markup('<i class=\"a dot\"></i>')", False),
        ('box.classes("card wide")', False),
        ('"""A docstring of a module."""', False),
    ],
)
def test_a_sentence_is_told_from_what_nobody_reads(source: str, found: bool) -> None:
    assert bool(list(outside.in_source(source))) is found


def test_the_wording_rules_hold_in_german_too() -> None:
    text = 'msgid "a"\nmsgstr "Der Clip heilt das Knie."\n'
    assert list(in_catalogue(text, "de"))
    fine = 'msgid "b"\nmsgstr "Es stellt keine Diagnose und behandelt nichts."\n'
    assert not list(in_catalogue(fine, "de"))
