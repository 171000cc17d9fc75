"""The wording rules hold everywhere, and the check finds what breaks them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import check_wording as wording

ROOT = Path(__file__).resolve().parents[2]


def test_every_text_of_the_project_keeps_the_rules() -> None:
    assert list(wording.problems(ROOT)) == []


def test_the_check_reads_what_people_read() -> None:
    read = {text.words for text in wording.texts(ROOT)}
    for words in (
        "Show the version and its age.",  # the help of an option
        "Write one page about a run, or about a patient.",  # a command's help
        "The clip moved. Press, stand still, bow.",  # a fault
        "The disk may be full, the folder may be read-only, or something else has that name.",
        "To talk about",
    ):
        assert words in read
    where = {text.where.split(":")[0] for text in wording.texts(ROOT)}
    assert {"README.md", "host/leancue/report/page.html", "host/leancue/report/paper.typ"} <= where


@pytest.mark.parametrize(
    "words",
    [
        "LeanCue treats knee pain.", "It diagnoses your gait.", "Prevents\ninjuries.",
        "Your lean is too low.", "a bad posture", "clinically validated", "cures", "Heals faster",
        "pain-free running", "Type the patient's name.", "running therapy",
    ],
)  # fmt: skip
def test_promises_and_verdicts_are_found(words: str) -> None:
    assert list(wording.forbidden(words))


@pytest.mark.parametrize(
    "words",
    [
        "LeanCue coaches running posture; it makes no diagnosis and\ntreats nothing.",
        "A physical therapist prescribes the band.", "an accurate figure", "secure", "retreat",
    ],
)  # fmt: skip
def test_what_may_be_said_is_not_found(words: str) -> None:
    assert list(wording.forbidden(words)) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ('f"the lean is {lean_deg:.1f} here"', ["lean_deg"]),
        ('f"the lean is {lean_deg:.1f}° here"', []),
        ('f"it took {run.total_ms / 1000:.1f} in all"', ["total_ms"]),
        ('f"between {low_deg:g} and {high_deg:g}° today"', []),
        ('f"rotate({lean_deg})"', []),
    ],
)
def test_a_number_without_its_unit_is_found(sentence: str, found: list[str]) -> None:
    node = ast.parse(sentence, mode="eval").body
    assert isinstance(node, ast.JoinedStr) and list(wording.bare(node)) == found


def test_a_broken_rule_is_told_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "host" / "leancue" / "commands"
    folder.mkdir(parents=True)
    (folder / "x.py").write_text('"""It heals."""\ndef run():\n    """Heal a knee."""\n')
    (tmp_path / "README.md").write_text("Fine.\n\nIt treats knees.\n")
    found = list(wording.problems(tmp_path))
    assert len(found) == 2
    assert found[0].startswith("host/leancue/commands/x.py:3: “Heal”")
    assert found[1].startswith("README.md: It treats knees.")


def test_private_words_are_found_in_names_and_comments_where_they_were_replaced() -> None:
    code = (
        'class LogLedger:\n    def begin_beat(self):\n        """Take a wish."""  # at ANCHOR_MS\n'
    )
    assert [line for line, _ in wording.private_words(code, "host/leancue/x.py")] == [1]
    assert [line for line, _ in wording.private_words(code, "device/boot.py")] == [1, 3]
    attitude = "shared/leancore/attitude/x.py"
    assert {line for line, _ in wording.private_words(code, attitude)} == {1, 2, 3}
    assert list(wording.private_words("upbeat, attend, phased", attitude)) == []
