"""Reading logs: what a clip wrote comes back; damage is named with its place and the way out."""

import binascii
import struct

import pytest
from host_runs import logged, runner
from leancore.coaching import prescription
from leancore.pipeline import IN_END
from leancore.runlog import log_reading, pages, records
from leancore.runlog.raw_reading import ROW_BYTES, row_ends
from leancore.schema import settings
from leancue.basis.errors import LogError
from leancue.decoding.decisions import decode
from leancue.library import log_rewrite
from leancue.runs import runlog
from logs_by_hand import records_in, with_records

PAGE = pages.PAGE_BYTES


@pytest.fixture(scope="module")
def written():
    return logged(runner(run_s=20, drop_deg=9), faults=((11, 1), (5, 3)))


def one(written):
    (run,) = runlog.runs_of(b"".join(written))
    return run


def with_crc(page):
    """The page (bytes) with the CRC that belongs to it."""
    page = bytearray(page)
    page[-4:] = struct.pack("<I", binascii.crc32(page[:-4]))
    return bytes(page)


def test_configuration_and_remarks_come_back(written):
    run = one(written)
    assert (run.run_id, run.wall_s, run.patient) == (7, 1_760_000_000, "K-014")
    assert run.closed and run.holes == ()
    assert run.settings == settings.checked({})
    assert run.prescription == prescription.checked({"baseline_cdeg": 600, "patient": "K-014"})
    assert run.info["uid"] == "E6605838834F7A2B" and run.info["session"] == 0
    assert len(run.state) > 400 and len(run.state) % 4 == 0
    assert [(r["code"], r["a"], r["b"]) for r in run.device] == [
        (records.DEV_BATTERY, 3970, 0), (records.DEV_FAULT, 11, 1), (records.DEV_FAULT, 5, 3),
    ]  # fmt: skip
    assert [r["code"] for r in run.inputs] == [IN_END]


def test_decisions_are_all_records_of_the_trainer_in_order(written):
    kinds = [kind for kind, _body in log_reading.split(one(written).decisions)]
    assert set(kinds) == set(records.DECISIONS)
    assert kinds.count(records.STEP) > 45


def test_several_runs_in_any_order_and_blank_pages_between(written):
    other = logged(runner(run_s=6), run_id=3)
    mixed = [*reversed(written), b"\xff" * PAGE, *other, b"\0" * PAGE]
    first, second = runlog.runs_of(b"".join(mixed))
    assert (first.run_id, second.run_id) == (3, 7)
    assert second.decisions == one(written).decisions
    assert first.decisions == one(other).decisions


@pytest.mark.parametrize("blocks", [1, 5, 7])
def test_in_a_copy_of_a_clip_s_log_the_pages_may_begin_further_on(written, blocks):
    """Where the flash has its sectors: a multiple of 512 bytes after the file's begin."""
    assert one([b"\xff" * 512 * blocks, *written]).decisions == one(written).decisions


def test_of_two_pages_with_one_number_the_fuller_counts(written):
    early = bytearray(written[2])
    third = row_ends(early, pages.Header(early))[4]  # after a time and an orientation
    raw_bytes = pages.CRC_AT - third + ROW_BYTES[early[third - 1]]
    struct.pack_into("<H", early, pages.HEADER_BYTES - 4, raw_bytes)  # three samples, no records
    struct.pack_into("<H", early, pages.HEADER_BYTES - 2, 0)
    for place in (0, len(written)):
        both = list(written)
        both.insert(place, with_crc(early))
        assert one(both).decisions == one(written).decisions
        assert len(one(both).raw) == len(one(written).raw)


def test_of_two_pages_with_one_number_neither_counts_for_the_other_s_run(written):
    """Another run of the same number, mixed in: its pages go on where none of this run ends."""
    other = logged(runner(run_s=20, lean_deg=9), wall_s=1_760_200_000)
    for changed in (other[2], with_records(written[2], records_in(other[2]))):
        with pytest.raises(LogError, match="something else than another page 2 of this run"):
            one([*written, changed])
        (run,) = runlog.runs_of(b"".join([*written, changed]), damaged="skip")
        assert run.decisions == one(written).decisions
        assert [damage.page for damage in run.damaged] == [len(written)]


def test_a_wrong_crc_is_named_with_page_offset_and_way_out(written):
    data = bytearray(b"".join(written))
    data[3 * PAGE + 100] ^= 1
    with pytest.raises(LogError) as caught:
        runlog.runs_of(bytes(data), "night.leanrun")
    message = str(caught.value)
    assert "night.leanrun" in message and f"page 3 (byte {3 * PAGE}) has a wrong CRC" in message
    assert "`leancue runs pull --again`" in message


def test_damaged_pages_can_be_skipped_and_are_listed(written):
    data = bytearray(b"".join(written))
    data[3 * PAGE + 100] ^= 1
    (run,) = runlog.runs_of(bytes(data), damaged="skip")
    assert run.holes == (3,)
    assert [(d.page, d.offset) for d in run.damaged] == [(3, 3 * PAGE)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data[:-7], "cut short after 4089 of 4096 bytes"),
        (lambda data: b"t_s,qw\n" + data, "has a wrong CRC"),
        (lambda data: b"", "does not contain a run"),
        (lambda data: b"\0" * PAGE, "does not contain a run"),
        (lambda data: with_crc(data[:4] + b"\x09" + data[5:PAGE]), "log layout 9"),
        (lambda data: with_crc(b"ELSE" + data[4:PAGE]), "not a log page"),
    ],
)
def test_files_that_are_no_whole_log(written, change, words):
    data = b"".join(written)
    with pytest.raises(LogError, match=words):
        runlog.runs_of(change(data))


def test_records_that_run_over_the_end_are_damage(written):
    page = bytearray(written[0])
    at = pages.HEADER_BYTES
    page[at + 1] = 255
    page[at + 2 + 255 + 1] = 255
    struct.pack_into("<H", page, pages.HEADER_BYTES - 2, 300)
    with pytest.raises(LogError, match="page 0 .* goes past the end"):
        runlog.runs_of(with_crc(page))


def test_a_missing_page_is_a_hole_and_no_last_page_is_no_close(written):
    assert one(written[:2] + written[3:]).holes == (2,)
    assert not one(written[:-1]).closed
    assert one(written[1:]).holes == (0,) and one(written[1:]).settings == {}


def test_a_file_that_is_not_there(tmp_path, written):
    with pytest.raises(LogError, match="Cannot read"):
        runlog.read_runs(tmp_path / "none.leanrun")
    (tmp_path / "a.leanrun").write_bytes(b"".join(written))
    assert runlog.read_runs(tmp_path / "a.leanrun")[0].decisions == one(written).decisions


def steps_changed(written, change):
    """The log with ``change`` made to the body of each step."""
    return [
        with_records(
            page,
            [(kind, change(body) if kind == records.STEP else body)
             for kind, body in records_in(page)],
        )
        for page in written
    ]  # fmt: skip


@pytest.mark.parametrize("more", [b"\0", b"\xff\x01\x02"])
def test_steps_of_a_later_release_are_read_as_far_as_they_are_known(written, more):
    plain = decode((0, *record) for record in log_reading.split(one(written).decisions))
    run = one(steps_changed(written, lambda body: body + more))
    later = decode((0, *record) for record in log_reading.split(run.decisions))
    assert len(later.step_t_ms) == len(plain.step_t_ms) > 45
    assert later.stride_lean_cdeg.tolist() == plain.stride_lean_cdeg.tolist()
    assert later.flags.tolist() == plain.flags.tolist()


def test_steps_with_fewer_fields_have_zeros_for_them(written):
    plain = decode((0, *record) for record in log_reading.split(one(written).decisions))
    run = one(steps_changed(written, lambda body: body[:9]))
    earlier = decode((0, *record) for record in log_reading.split(run.decisions))
    assert earlier.step_cdeg.tolist() == plain.step_cdeg.tolist()
    assert set(earlier.cadence_cspm.tolist()) == set(earlier.flags.tolist()) == {0}


def test_steps_too_short_to_say_anything_are_damage_and_told(written):
    short = b"".join(steps_changed(written, lambda body: body[:5]))
    with pytest.raises(LogError, match="holds a record `step` of 5 bytes, without its stride"):
        runlog.runs_of(short)


def test_a_piece_of_a_blob_that_is_cut_short_is_left_out_everywhere(written):
    first = [*records_in(written[0]), (records.BLOB, b"\x01"), (records.BLOB, b"")]
    run = one([with_records(written[0], first), *written[1:]])
    assert run.info == one(written).info
    (kept,) = runlog.runs_of(log_rewrite.without_code(run, "K-014"))
    assert kept.patient == "xxxxx" and b"K-014" not in b"".join(p.page for p in kept.pages)
