"""The printed page: one page whatever is on it, its texts, its fonts in it, and the command."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from host_runs import logged, runner
from leancue import cli, report
from leancue.basis.errors import OutputError
from leancue.report import pdf_page, typesetting
from leancue.report.sheet import Section, Sheet
from leancue.runs import runlog
from leancue.runs.verify import verify

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils are not installed"
)


def looked_at(program: str, pdf: bytes, folder: Path, *more: str) -> str:
    """What a program of poppler says of the PDF."""
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([program, str(path), *more], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def pages() -> list[bytes]:
    made = runner(run_s=150, drop_deg=9, still_s=3)
    return logged(made, faults=((5, 3),), feedback_percent=[50] * 8)


@pytest.fixture(scope="module")
def sheet(pages: list[bytes]) -> Sheet:
    (run,) = runlog.runs_of(b"".join(pages))
    return report.sheet_of(run, verify(run))


@needs_poppler
@pytest.mark.parametrize(("size", "points"), [("a4", "595.276 x 841.89"), ("letter", "612 x 792")])
def test_it_is_one_page_of_the_paper(sheet: Sheet, tmp_path: Path, size: str, points: str) -> None:
    said = looked_at("pdfinfo", pdf_page.as_pdf(sheet, size), tmp_path)
    assert "Pages:           1" in said and points in said
    assert f"Title:           {sheet.patient}: {sheet.when}" in said


@needs_poppler
def test_every_text_of_the_sheet_is_on_it(sheet: Sheet, tmp_path: Path) -> None:
    text = looked_at("pdftotext", pdf_page.as_pdf(sheet), tmp_path, "-")
    text = " ".join(text.replace("-", "").split())
    wanted = [sheet.patient, sheet.when, sheet.headline, sheet.asked, sheet.under]
    wanted += [word for card in sheet.cards for word in (card.name, card.value, card.unit)]
    wanted += [key.words for key in sheet.keys] + list(sheet.talk.lines)
    wanted += [section.title for section in sheet.sections]
    wanted += [word for row in sheet.details for word in row]
    for words in wanted:
        assert " ".join(words.replace("-", "").split()) in text, words
    for words in ("relative to standing", "cadence, steps/min", "time since the run began"):
        assert words in text, "the chart's own texts are texts"


@needs_poppler
def test_the_fonts_are_in_it(sheet: Sheet, tmp_path: Path) -> None:
    rows = looked_at("pdffonts", pdf_page.as_pdf(sheet), tmp_path).splitlines()[2:]
    assert rows and all("SourceSansPro" in row for row in rows)
    for row in rows:
        embedded, subset, unicode = row.split()[-5:-2]
        assert (embedded, subset, unicode) == ("yes", "yes", "yes")


@needs_poppler
def test_it_stays_one_page_when_everything_went_wrong(sheet: Sheet, tmp_path: Path) -> None:
    from leancore.schema.faults import FAULTS

    everything = tuple(row[3] for row in FAULTS) + ("x" * 200,)
    crowded = replace(sheet, sections=(Section("Noticed", everything), *sheet.sections[1:]))
    for size in pdf_page.PAPERS:
        pdf = pdf_page.as_pdf(crowded, size)
        assert "Pages:           1" in looked_at("pdfinfo", pdf, tmp_path)
        text = " ".join(looked_at("pdftotext", pdf, tmp_path, "-").split())
        assert sheet.origin.title in text and "how the clip" not in text


@needs_poppler
def test_a_run_without_running_is_a_page_too(tmp_path: Path) -> None:
    from leancore.coaching import prescription
    from leancore.schema import settings
    from leancue.recordings import replay

    made = replay.replay(runner(run_s=0), prescription.default(), settings.checked({}))
    text = looked_at("pdftotext", report.build_pdf(made), tmp_path, "-")
    assert "No running was found." in text and "press, stand, bow" in " ".join(text.split())


@needs_poppler
def test_texts_are_texts_never_orders_to_the_typesetter(sheet: Sheet, tmp_path: Path) -> None:
    odd = "#panic() *bold* $x$ @label <b> \\ `raw`"
    text = looked_at(
        "pdftotext", pdf_page.as_pdf(replace(sheet, patient=odd, headline=odd)), tmp_path, "-"
    )
    assert text.count(odd) == 2


def has_font(language: str) -> bool:
    """Whether this computer has a font for the language."""
    return shutil.which("fc-list") is not None and bool(
        subprocess.run(["fc-list", f":lang={language}"], capture_output=True, check=True).stdout
    )


@needs_poppler
@pytest.mark.skipif(not has_font("ka"), reason="no font with Georgian letters is installed")
def test_a_note_in_another_script_is_set_in_a_font_of_this_computer(
    sheet: Sheet, tmp_path: Path
) -> None:
    text = looked_at("pdftotext", pdf_page.as_pdf(replace(sheet, asked="მუხლი 🙂")), tmp_path, "-")
    assert "მუხლი" in text


@needs_poppler
def test_a_screen_reader_finds_headings_and_words_for_the_chart(
    sheet: Sheet, tmp_path: Path
) -> None:
    said = looked_at("pdfinfo", pdf_page.as_pdf(sheet), tmp_path, "-struct-text")
    assert "Figure" in said and said.count("H2") >= 5
    heading = said.partition("H1")[2].partition("H2")[0]
    assert sheet.headline[:20] in " ".join(heading.replace('"', " ").split())


def test_the_template_asks_for_no_package() -> None:
    templates = list(Path(pdf_page.__file__).parent.glob("*.typ"))
    assert len(templates) >= 3
    assert not any("import" in path.read_text("utf-8") for path in templates)


def test_it_can_be_a_picture(sheet: Sheet) -> None:
    assert pdf_page.as_png(sheet).startswith(b"\x89PNG")


def test_the_same_sheet_gives_the_same_bytes(sheet: Sheet) -> None:
    assert pdf_page.as_pdf(sheet) == pdf_page.as_pdf(sheet)


def test_without_its_packages_it_says_what_to_type(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(OutputError, match=r"pip install 'leancue\[report\]'"):
        pdf_page.as_pdf(sheet)
    monkeypatch.undo()
    monkeypatch.setattr(typesetting, "_FONT_PACKAGE", "no_such_font")
    with pytest.raises(OutputError, match="font-source-sans-pro"):
        pdf_page.as_pdf(sheet)


@pytest.fixture
def leancue(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["leancue", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def run_file(pages: list[bytes], tmp_path: Path) -> Path:
    path = tmp_path / "k-014.leanrun"
    path.write_bytes(b"".join(pages))
    return path


def test_the_command_writes_beside_the_run(leancue, run_file: Path) -> None:
    assert leancue("report", run_file)[0] == 0
    assert run_file.with_suffix(".html").read_text("utf-8").startswith("<!doctype html>")
    code, out, _ = leancue("report", run_file, "--pdf", "--paper", "letter")
    assert (code, out) == (0, f"The report of run 7 is at {run_file.with_suffix('.pdf')}.\n")
    assert run_file.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")


def test_it_can_do_without_the_proof(leancue, run_file: Path) -> None:
    assert leancue("report", run_file)[0] == 0
    assert "0 differing bytes" in run_file.with_suffix(".html").read_text("utf-8")
    assert leancue("report", run_file, "--no-proof")[0] == 0
    assert "Not proved for this page" in run_file.with_suffix(".html").read_text("utf-8")


def test_the_name_says_what_is_written(leancue, run_file: Path, tmp_path: Path) -> None:
    assert leancue("report", run_file, "--out", tmp_path / "x" / "a.pdf")[0] == 0
    assert (tmp_path / "x" / "a.pdf").read_bytes().startswith(b"%PDF-")
    for arguments in (["--out", tmp_path / "a.txt"], ["--pdf", "--out", tmp_path / "a.html"]):
        code, _, err = leancue("report", run_file, *arguments)
        assert code == 2 and "The name must end in" in err
    assert not (tmp_path / "a.txt").exists() and not (tmp_path / "a.html").exists()


def test_a_report_is_about_one_run_or_one_patient(leancue, run_file: Path) -> None:
    for arguments in ([], [run_file, "--patient", "K-014"]):
        code, _, err = leancue("report", *arguments)
        assert code == 2 and "--patient CODE" in err


def test_two_runs_in_a_file_get_a_page_each(leancue, tmp_path: Path) -> None:
    path = tmp_path / "two.leanrun"
    made = runner(run_s=20)
    path.write_bytes(b"".join([*logged(made, run_id=3), *logged(made, run_id=4)]))
    code, out, _ = leancue("report", path)
    assert code == 0 and len(out.splitlines()) == 2
    assert (tmp_path / "two-3.html").exists() and (tmp_path / "two-4.html").exists()
    code, _, err = leancue("report", path, "--out", tmp_path / "a.html")
    assert code == 2 and "2 runs" in err and not (tmp_path / "a.html").exists()
