"""Every user-visible reason of core and value checks is translated in each language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import leancore
import pytest
from leancore.coaching import prescription
from leancue.basis import files, program, value_checks
from leancue.language import reasons
from leancue.language.words import speaking
from leancue.runs import run_start

_DIRECTIVE = re.compile(r"%[sdr]")
_CORE = Path(leancore.__file__).parent
_FORMS = (Path(value_checks.__file__), Path(run_start.__file__))


def texts_of(path: Path, name: str, which: int) -> list[str]:
    """The texts given to calls of ``name``, with values in them."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
            said = node.args[which]
            found.append(filled(said.left if isinstance(said, ast.BinOp) else said))
    return [text for text in found if text]


def filled(said: ast.expr) -> str:
    """A text with values in it; "" where it stands elsewhere, or is said by gettext."""
    if isinstance(said, ast.Constant):
        return _DIRECTIVE.sub("7", said.value)
    if isinstance(said, ast.JoinedStr):
        values = {part: "a whole number" if "words" in ast.unparse(part) else "7"
                  for part in said.values}  # fmt: skip
        return "".join(part.value if isinstance(part, ast.Constant) else values[part]
                       for part in said.values)  # fmt: skip
    return ""


def complaints() -> list[str]:
    """What the core's and the forms' errors say."""
    rooms = sorted(_CORE.rglob("*.py"))
    core = [text for path in rooms for text in texts_of(path, "ValueError", 0)]
    forms = [text for path in _FORMS for text in texts_of(path, "ValueCheck", 1)]
    return core + forms + texts_of(Path(value_checks.__file__), "ValueError", 0)


@pytest.mark.parametrize("words", complaints())
def test_a_complaint_of_the_core_is_translated(words: str) -> None:
    with speaking("de"):
        told = reasons.said(words)
    assert told != words and "{" not in told
    with speaking("en"):
        assert reasons.said(words) == words


def test_there_are_complaints_and_no_form_too_many() -> None:
    found = complaints()
    assert len(found) > 35
    # The last of them stands in a variable before it becomes a form's words.
    others = (*reasons._BASIS, "an object of at most {most} numbers, each with its count")
    unused = [form for pattern, form in reasons._patterns()
              if not any(pattern.fullmatch(words) for words in found)]  # fmt: skip
    assert sorted(unused) == sorted(others)


def test_the_values_stand_in_it() -> None:
    with pytest.raises(ValueError) as caught, speaking("de"):
        prescription.checked({"patient": "K 014"})
    with speaking("de"):
        assert reasons.said("`bits` is -1, not a whole number, or null").count("a whole") == 0
        assert "' '" in reasons.said(caught.value)
        assert reasons.said("words of somebody else") == "words of somebody else"


@pytest.mark.parametrize("form", reasons._BASIS)
def test_a_sentence_of_the_basis_is_still_said_so(form: str) -> None:
    source = "".join(Path(module.__file__).read_text("utf-8") for module in (files, program))
    assert all(part in source for part in re.split(r"\{\w+\}", form))
    with speaking("de"):
        assert reasons.said(form.replace("{", "").replace("}", "")) != form
