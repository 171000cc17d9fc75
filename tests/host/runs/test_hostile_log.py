"""Logs whose checksums are right and whose content is not: an error in words, or what is there."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from host_runs import logged, runner
from leancore.runlog import pages, records
from leancue.basis.errors import LogError
from leancue.export import run_export
from leancue.library import Library
from leancue.report import build_report
from leancue.runs import runlog
from leancue.runs.run_start import configuration
from leancue.runs.runlog import Run
from leancue.runs.verify import verify
from logs_by_hand import (
    Record,
    records_in,
    with_blob,
    with_crc,
    with_header,
    with_json,
    with_records,
)


@pytest.fixture(scope="module")
def written() -> list[bytes]:
    return logged(runner(run_s=12, drop_deg=9))


def read(*made: bytes, damaged: Any = "raise") -> list[Run]:
    return runlog.runs_of(b"".join(made), "the log", damaged)


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"number": 2**32 - 1}, "page 4294967295 of its run"), ({"number": 1 << 14}, "page 16384"),
     ({"since_ms": (1 << 28) + 1}, "its run began 75 h earlier"),
     ({"run_id": 1 << 31}, "run 2147483648"), ({"layout": 9}, "layout 9"),
     ({"layout": 1}, "layout 1"),
     ({"raw_units": 5000}, "more data than it can hold"),
     ({"record_bytes": 9999}, "more data than")],
)  # fmt: skip
def test_a_header_that_cannot_be_makes_the_page_a_damaged_one(
    written: list[bytes], fields: dict[str, int], why: str
) -> None:
    made = [written[0], with_header(written[1], **fields), *written[2:]]
    with pytest.raises(LogError, match=why):
        read(*made)
    (run,) = read(*made, damaged="skip")
    assert run.holes == (1,) and len(run.damaged) == 1 and not run.is_whole


def test_a_header_may_say_the_most_that_a_clip_can_write(written: list[bytes]) -> None:
    most = {"run_id": (1 << 31) - 1, "since_ms": 1 << 28}
    (run,) = read(*(with_header(page, **most) for page in written))
    assert run.run_id == most["run_id"] and run.is_whole


@pytest.mark.parametrize("first", [b"\0", b"\xff"])
def test_a_page_that_only_begins_as_an_erased_one_is_damaged(
    written: list[bytes], first: bytes
) -> None:
    made = [written[0], first + written[1][1:], *written[2:]]
    with pytest.raises(LogError, match="page 1 .* has a wrong CRC"):
        read(*made)


def record(kind: int, form: str, *values: int) -> Record:
    return kind, struct.pack(form, *values)


@pytest.mark.parametrize(
    ("bad", "why"),
    [(record(records.STEP, "<IhhHB", 1 << 29, 0, 0, 0, 0), "`step` whose t_ms"),
     (record(records.CUE, "<IBHh", 5, 255, 0, 0), "`cue` whose kind is 255"),
     (record(records.CUE, "<IBHh", 5, 0, 0, 0), "`cue` whose kind is 0"),
     (record(records.EVENT, "<IBhh", 5, records.ACTIVITY, 4, 0), "`event` whose a is 4"),
     (record(records.EVENT, "<IBhh", 5, records.ACTIVITY, -1, 0), "`event` whose a is -1"),
     (record(records.EVENT, "<IBhh", 5, records.RUN_BEGAN, 0, 3), "`event` whose b is 3"),
     (record(records.EVENT, "<IBhh", 5, records.WINDOW, 2, 0), "`event` whose a is 2"),
     (record(records.CUE, "<IBHh", (1 << 28) + 1, 1, 0, 0), "`cue` whose t_ms"),
     (record(records.EVENT, "<IBhh", (1 << 28) + 1, 2, 0, 0), "`event` whose t_ms"),
     (record(records.DEVICE, "<IBhh", 2**32 - 1, 1, 1, 1), "`device` whose t_ms"),
     (record(records.INPUT, "<IBhh", 2**32 - 1, 1, 1, 1), "`input` whose t_ms")],
)  # fmt: skip
def test_a_record_that_no_clip_writes_makes_the_page_a_damaged_one(
    written: list[bytes], bad: Record, why: str
) -> None:
    page = with_records(written[-1], [*records_in(written[-1]), bad])
    with pytest.raises(LogError, match=why):
        read(*written[:-1], page)


@pytest.mark.parametrize("wanted", [records.INFO, records.SETTINGS, records.PRESCRIPTION])
@pytest.mark.parametrize("blob", [b"[" * 3000, b"[]", b"null", b"\xff", b'{"a":' * 600, b"{"])
def test_a_first_page_that_is_no_json_is_said_to_be_none(
    written: list[bytes], wanted: int, blob: bytes
) -> None:
    with pytest.raises(LogError, match="first page cannot be read: it is not"):
        read(with_blob(written[0], wanted, blob), *written[1:])


@pytest.mark.parametrize(
    ("name", "value"),
    [("session", [1, 2, 3]), ("session", None), ("session", 2**63), ("session", -1),
     ("session", True), ("session", float("inf")), ("wall_s", "x"), ("wall_s", 1.5), ("uid", -5),
     ("uid", "u" * 65), ("board", {}), ("core", True), ("version", []), ("patient", "../x"),
     ("patient", "\ud800"), ("patient", 5)],
)  # fmt: skip
def test_info_of_another_type_or_range_is_refused_by_name(
    written: list[bytes], name: str, value: Any
) -> None:
    made = with_json(written[0], records.INFO, **{name: value})
    with pytest.raises(LogError, match=f"`{name}` is") as caught:
        read(made, *written[1:], damaged="skip")
    assert caught.value.exit_code == 30 and "\ud800" not in str(caught.value)


@pytest.mark.parametrize(
    ("wanted", "name", "value"),
    [(records.SETTINGS, "rate_hz", "\ud800"), (records.SETTINGS, "new", 1.5),
     (records.SETTINGS, "rate_hz", True), (records.SETTINGS, "rate_hz", 2**31),
     (records.PRESCRIPTION, "raw", "x"), (records.PRESCRIPTION, "minutes", [1, "x"]),
     (records.PRESCRIPTION, "patient", None), (records.PRESCRIPTION, "patient", "../x"),
     (records.PRESCRIPTION, "new", {})],
)  # fmt: skip
def test_a_configuration_of_other_types_is_no_version_s(
    written: list[bytes], wanted: int, name: str, value: Any
) -> None:
    with pytest.raises(LogError, match=f"`{name}` is"):
        read(with_json(written[0], wanted, **{name: value}), *written[1:])


def test_a_prescription_without_a_patient_is_none(written: list[bytes]) -> None:
    bare = with_blob(written[0], records.PRESCRIPTION, b'{"raw": 1}')
    with pytest.raises(LogError, match="`patient` is"):
        read(bare, *written[1:])


def test_info_may_lack_what_a_later_clip_does_not_write(written: list[bytes]) -> None:
    (run,) = read(with_blob(written[0], records.INFO, b'{"uid": "A1", "new": 5}'), *written[1:])
    assert run.info == {"uid": "A1"}


def test_without_settings_or_prescription_there_is_no_configuration(written: list[bytes]) -> None:
    (run,) = read(*written)
    for lost in ("settings", "prescription"):
        with pytest.raises(LogError, match="Run 7 has no configuration"):
            configuration(replace(run, **{lost: {}}))


def test_the_session_that_the_log_tells_is_the_one_that_is_proved(written: list[bytes]) -> None:
    (run,) = read(with_json(written[0], records.INFO, session=3), *written[1:])
    proof = verify(run)
    assert not proof.proved and "contradicts the session" in proof.why_not


def pieces_of(page: bytes, wanted: int) -> list[Record]:
    return [one for one in records_in(page) if one[0] == records.BLOB and one[1][0] == wanted]


def test_a_blob_is_joined_from_its_pieces_in_whatever_order(written: list[bytes]) -> None:
    found = records_in(written[0])
    turned = with_records(written[0], [*found[::-1]])
    (run,), (as_written,) = read(turned, *written[1:]), read(*written)
    assert len(pieces_of(written[0], records.STATE)) > 1
    assert (run.state, run.settings) == (as_written.state, as_written.settings)


def test_a_blob_that_lacks_a_piece_is_none(written: list[bytes]) -> None:
    piece = pieces_of(written[0], records.STATE)[1]
    cut = with_records(written[0], [one for one in records_in(written[0]) if one != piece])
    (run,) = read(cut, *written[1:])
    assert run.state == b"" and "does not contain the state" in verify(run).why_not


def test_a_record_that_reads_like_a_piece_of_a_blob_is_none(written: list[bytes]) -> None:
    """Its first bytes: the state, four bytes long, from its beginning."""
    like = record(records.DEVICE, "<IBhh", 0x00000400 | records.STATE, 0, 1, 1)
    last = with_records(written[-1], [*records_in(written[-1]), like])
    (run,), (as_written,) = read(*written[:-1], last), read(*written)
    assert runlog.blob_piece(records.BLOB, like[1]) == (records.STATE, 4, 0, like[1][5:])
    assert run.state == as_written.state


def test_one_run_that_cannot_be_read_hides_no_other(written: list[bytes]) -> None:
    bad = with_json(written[0], records.INFO, session="x")
    others = [with_header(page, run_id=8) for page in written]
    assert [run.run_id for run in read(bad, *written[1:], *others, damaged="skip")] == [8]
    with pytest.raises(LogError, match="session"):
        read(bad, *written[1:], *others)


@pytest.mark.parametrize("wall_s", [5, 2**32 - 1, -(10**12), 10**30])
def test_times_that_cannot_be_are_unknown_after_arithmetic_too(
    written: list[bytes], wall_s: int, tmp_path: Path
) -> None:
    """The log says 1970 or 2106; a page just after 2022 of a run of a day gives a begin before."""
    first = with_json(written[0], records.INFO, wall_s=wall_s)
    made = [with_header(page, wall_s=wall_s & 2**32 - 1) for page in (first, *written[1:])]
    (run,) = read(*made)
    assert run.wall_s == 0
    assert "Run 7" in build_report(run)
    late = [with_header(page, wall_s=1_640_995_300, since_ms=86_400_000) for page in made]
    assert read(*late)[0].wall_s == 0
    with Library(tmp_path / "library") as library:
        (filing,) = library.file_run(b"".join(made))
        assert filing.run.began_s is None


def test_settings_and_prescription_out_of_range_are_told_by_who_needs_them(
    written: list[bytes],
) -> None:
    for wanted, changes in (
        (records.SETTINGS, {"rate_hz": 7}), (records.SETTINGS, {"no_such": 1}),
        (records.PRESCRIPTION, {"minutes": 7}), (records.PRESCRIPTION, {"raw": [1]}),
    ):  # fmt: skip
        (run,) = read(with_json(written[0], wanted, **changes), *written[1:])
        with pytest.raises(LogError, match="configuration of run 7 cannot be used"):
            build_report(run)
        assert "configuration of run 7" in verify(run).why_not
        assert len(run_export.as_csv(run)) > 500


def test_housekeeping_pages_are_no_run_s_whatever_is_in_them(written: list[bytes]) -> None:
    """The numbers of pulled runs in them look like a record that runs over the end."""
    marks = pages.Page()
    marks.begin(5)
    marks.number = 1 << 20
    marks.put(struct.pack("<I", 0x0500), 4)
    marks.close(0, 0, pages.PULLED)
    (run,) = read(bytes(marks.buf), *written)
    assert run.is_whole


def test_what_is_missing_is_told_in_sentences(written: list[bytes]) -> None:
    (whole,) = read(*written)
    assert whole.lacks() == () and whole.is_whole
    (cut,) = read(*written[:2], *written[3:-1], written[-1][:900], damaged="skip")
    said = " ".join(cut.lacks())
    assert "page 2 missing" in said and "not completed" in said and "cut short after 900" in said


def test_a_file_without_an_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runlog, "_FILE_BYTES_MOST", 100_000)
    with pytest.raises(LogError, match="larger than any clip's log"):
        runlog.read_runs("/dev/zero")


def test_steps_out_of_order_are_put_in_order(written: list[bytes]) -> None:
    """A clock that is set back turns them; whatever reads them looks for times."""
    found = records_in(written[2])
    turned = [with_records(written[2], reversed(found)) if page is written[2] else page
              for page in written]  # fmt: skip
    (run,) = read(*turned)
    times = run_export.steps_of(run).step_t_ms.tolist()
    assert times == sorted(times)
    assert build_report(run)


def test_junk_with_a_checksum_is_a_damaged_page(written: list[bytes]) -> None:
    with pytest.raises(LogError, match="not a log page"):
        read(*written, with_crc(b"\xaa" * pages.PAGE_BYTES))
