"""The label: three forms, the UID readable in all, the code that of the UID."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno
from leancue.basis.errors import OutputError
from leancue.commissioning import label

UID = "51C0DE0000000001"


@pytest.mark.parametrize(
    ("form", "begin"), [("svg", b"<svg"), ("pdf", b"%PDF"), ("png", b"\x89PNG")]
)
def test_a_label_in_each_form(form: str, begin: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"label.{form}"
    label.write(path, UID, "adafruit_feather_rp2040", "checked 28 November 2026: all well")
    assert path.read_bytes().startswith(begin)
    assert path.stat().st_size > 5000


def test_the_same_label_is_the_same_file_and_another_clip_s_is_not() -> None:
    one = label.made(UID, "board", "all well", "pdf")
    assert label.made(UID, "board", "all well", "pdf") == one
    assert label.made(UID[:-1] + "2", "board", "all well", "pdf") != one


def test_the_code_holds_the_uid_with_a_quarter_of_it_to_spare() -> None:
    code = segno.make(UID, error="m", micro=False)
    assert code.mode == "alphanumeric" and code.error in ("M", "Q", "H")


def test_a_form_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(OutputError, match=r"\.svg, \.pdf or \.png"):
        label.form_of(Path("label.jpg"))
    assert label.form_of(Path("LABEL.PDF")) == "pdf"
