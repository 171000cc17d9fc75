"""Safety copies, closed and open; a restore tried in words; the PIN; the list of entries."""

from __future__ import annotations

import sqlite3
import tarfile
from pathlib import Path

import pytest
from leancore.coaching.prescription import checked
from leancue.basis.errors import LibraryError
from leancue.library import Library
from leancue.library.safety_copies import opened_copy

pyrage = pytest.importorskip("pyrage", reason="closed copies need pyrage")
WORDS = "a long passphrase"
DAY_S = 86_400


class Day:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 1_793_000_000

    def __call__(self) -> int:
        return self.now_s


@pytest.fixture
def clock() -> Day:
    return Day()


@pytest.fixture
def library(tmp_path: Path, clock: Day) -> Library:
    library = Library(tmp_path / "library", clock)
    library.patients.add("K-014")
    return library


def closed_copy(library: Library, folder: Path) -> Path:
    return library.safety.seal(library.backup(folder), WORDS)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed copy of such a library, to look at: to close or open one takes a second."""
    folder = tmp_path_factory.mktemp("sealed")
    with Library(folder / "library", Day()) as library:
        library.patients.add("K-014")
        return closed_copy(library, folder / "copies")


def test_a_closed_copy_shows_nothing_and_comes_back_whole(sealed: Path, tmp_path: Path) -> None:
    assert [path.name for path in sealed.parent.iterdir()] == [sealed.name], "no open copy is left"
    assert b"K-014" not in sealed.read_bytes() and b"SQLite" not in sealed.read_bytes()
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1"), "the age format, not our own"
    assert sealed.stat().st_mode & 0o077 == 0
    with opened_copy(sealed, WORDS) as folder:
        Library.restore(folder, tmp_path / "restored")
    with Library(tmp_path / "restored") as back:
        assert back.patients.has("K-014")


def test_age_and_tar_alone_open_it(sealed: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.tar"
    plain.write_bytes(pyrage.passphrase.decrypt(sealed.read_bytes(), WORDS))
    with tarfile.open(plain) as archive:
        names = archive.getnames()
    assert any(name.endswith("library.db") for name in names)


def test_another_passphrase_or_a_damaged_file_opens_nothing(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be opened"), opened_copy(sealed, "another one"):
        pass
    data = bytearray(sealed.read_bytes())
    data[-20] ^= 1
    damaged = tmp_path / sealed.name
    damaged.write_bytes(bytes(data))
    with pytest.raises(LibraryError, match="cannot be opened"), opened_copy(damaged, WORDS):
        pass


def test_a_short_passphrase_leaves_no_copy_at_all(library: Library, tmp_path: Path) -> None:
    made = library.backup(tmp_path / "copies")
    with pytest.raises(LibraryError, match="too short"):
        library.safety.seal(made, "short")
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_restore_is_tried_in_words_and_changes_nothing(
    library: Library, tmp_path: Path, clock: Day
) -> None:
    library.patients.add("K-015")
    sealed = closed_copy(library, tmp_path / "copies")
    library.erase(library.erasure("K-015"))
    library.patients.add("K-016")
    said = library.safety.trial(sealed, WORDS)
    words = " ".join(said.words)
    assert said.sound and "2 patients, 0 runs and 0 notes" in words
    assert "lost from the list: K-016" in words
    assert "come back: K-015" in words and "another folder, not deleted" in words
    assert [patient.code for patient in library.patients.all()] == ["K-014", "K-016"]


def test_a_damaged_run_in_the_copy_is_found_before_it_acts(
    library: Library, tmp_path: Path
) -> None:
    library.add_example()
    made = library.backup(tmp_path / "copies")
    assert library.safety.trial(made).sound
    victim = max(made.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() and
                 path.name != "library.db" else 0)  # fmt: skip
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 0xFF
    victim.chmod(0o600)
    victim.write_bytes(bytes(data))
    said = library.safety.trial(made)
    assert not said.sound and "damaged" in said.words[-1]


def test_what_is_no_copy_is_said_to_be_none(library: Library, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="not a safety copy"):
        library.safety.trial(tmp_path)


def test_the_reminder_comes_when_it_is_due(library: Library, tmp_path: Path, clock: Day) -> None:
    assert "There is no safety copy" in library.safety.reminder(7)
    library.backup(tmp_path / "copies")
    assert library.safety.reminder(7) == ""
    clock.now_s += 7 * DAY_S
    assert library.safety.reminder(7) == "The last safety copy is 7 days old."
    assert library.safety.reminder(0) == "", "switched off"


@pytest.mark.parametrize("made_s", [5, 2_100_000_000])
def test_a_copy_that_a_wrong_clock_made_silences_no_reminder(
    library: Library, tmp_path: Path, clock: Day, made_s: int
) -> None:
    today_s, clock.now_s = clock.now_s, made_s
    library.backup(tmp_path / "copies")
    clock.now_s = today_s
    assert "unknown" in library.safety.reminder(7)
    library.backup(tmp_path / "copies")
    assert library.safety.reminder(7) == ""
    clock.now_s = 5
    assert library.safety.reminder(7) == "", "by a clock that was never set nothing is due"


def test_nothing_is_to_be_saved_of_the_example(tmp_path: Path) -> None:
    with Library(tmp_path / "other") as library:
        library.add_example()
        assert library.safety.reminder(7) == ""


def test_the_pin_opens_and_is_not_kept(library: Library) -> None:
    lock = library.page_lock
    assert not lock.is_set and lock.opens("anything"), "without a PIN nothing locks"
    lock.set("4711x")
    assert lock.is_set and lock.opens("4711x") and not lock.opens("4711") and not lock.opens("")
    stored = (Path(library.place.name) / "library.db").read_bytes()
    assert b"4711x" not in stored and b"scrypt$" in stored
    lock.set("")
    assert not lock.is_set


def test_the_same_pin_is_kept_differently_each_time(library: Library) -> None:
    def kept() -> str:
        file = Path(library.place.name) / "library.db"
        row = sqlite3.connect(file).execute("SELECT value FROM options WHERE key='page.pin'")
        return str(row.fetchone()[0])

    library.page_lock.set("4711x")
    first = kept()
    library.page_lock.set("4711x")
    assert kept() != first


@pytest.mark.parametrize("pin", ["1", "123", "1" * 65])
def test_a_pin_that_is_too_short_or_long_is_refused(library: Library, pin: str) -> None:
    with pytest.raises(LibraryError, match="PIN"):
        library.page_lock.set(pin)


def test_who_did_what_is_listed(library: Library, tmp_path: Path) -> None:
    library.audit.who = "AB"
    made = library.prescriptions.add("K-014", checked({"patient": "K-014"}), "clinic page")
    note = library.notes.add("K-014", "said something")
    library.audit.who = "CD"
    library.prescriptions.sent(made.id, "E66138935F3B7A2C")
    library.notes.remove(note.id)
    library.patients.set_comment("K-014", "Keep on.")
    library.backup(tmp_path / "copies")
    assert made.made_by == "AB" and note.written_by == "AB"
    said = [(entry.who, entry.patient, entry.words) for entry in library.audit.newest()][::-1]
    assert said == [
        ("", "K-014", "patient added"),
        ("AB", "K-014", "prescription saved"),
        ("AB", "K-014", "note written"),
        ("CD", "K-014", "prescription sent to the clip E66138935F3B7A2C"),
        ("CD", "K-014", "note removed"),
        ("CD", "K-014", "comment for the patient changed"),
        ("CD", "", "safety copy made"),
    ]


def test_an_erasure_is_listed_without_the_code_and_nothing_else_is_left(
    library: Library,
) -> None:
    library.audit.who = "AB"
    library.notes.add("K-014", "said something")
    library.erase(library.erasure("K-014"))
    entries = library.audit.newest()
    assert [(entry.who, entry.patient, entry.words) for entry in entries] == [
        ("AB", "", "a patient permanently erased")
    ]
    assert b"K-014" not in (Path(library.place.name) / "library.db").read_bytes()


def test_what_the_clinic_says_of_itself_is_kept_and_checked(library: Library) -> None:
    library.clinic.set(name="Clinic at the river", language="de", people="AB, cd AB")
    found = library.clinic.get()
    assert (found.name, found.language, found.people) == ("Clinic at the river", "de", ("AB", "cd"))
    for wrong in ({"language": "xx"}, {"paper": "a5"}, {"people": "much-too-long"}):
        with pytest.raises(LibraryError):
            library.clinic.set(**wrong)
    with pytest.raises(LibraryError, match="PNG"):
        library.clinic.set_logo(b"<svg/>")
    library.clinic.set_logo(b"\x89PNG\r\n\x1a\n rest")
    assert library.clinic.get().logo.startswith(b"\x89PNG")


def test_an_open_library_goes_on_with_the_copy_that_it_brought_back(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library:
        library.patients.add("K-014")
        saved = library.backup(tmp_path / "copies")
        library.patients.add("K-015")
        before = library.patients
        aside = library.bring_back(saved)
        assert [patient.code for patient in library.patients.all()] == ["K-014"]
        with pytest.raises(LibraryError, match="is closed"):
            before.add("K-016")  # by somebody who holds what was there before
        library.patients.add("K-017")
    assert aside is not None
    with Library(aside, reading=True) as put_aside:
        assert put_aside.patients.has("K-015")


def test_a_library_in_two_programs_is_not_replaced_and_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leancue.library.locks.ALONE_WAIT_S", 0.1)
    with Library(tmp_path / "library") as library, Library(tmp_path / "library"):
        saved = library.backup(tmp_path / "copies")
        with pytest.raises(LibraryError, match="open in another program"):
            library.bring_back(saved)
        library.patients.add("K-014")
        assert library.patients.has("K-014")


def test_the_copy_of_another_library_is_told_as_such(tmp_path: Path) -> None:
    with Library(tmp_path / "other") as other:
        saved = other.backup(tmp_path / "copies")
    with Library(tmp_path / "library") as library:
        own = library.backup(tmp_path / "own")
        assert "different library" in library.safety.trial(saved).words[0]
        assert "another library" not in " ".join(library.safety.trial(own).words)
