"""Installing on drive images of every size: what was planned fits, cluster for cluster."""

from __future__ import annotations

import errno
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from drive_rig import Breaking, older, small
from leancore.runlog.pages import PAGE_BYTES
from leancue.basis.errors import DriveFailed, DriveFull
from leancue.installer import boot_out, budget, installation_plan, logfile, payload
from leancue.installer.installation import carry_out
from leancue.installer.installation_plan import Plan
from leancue.installer.payload import SLOTS, Payload, slot_of

from tools.flashmodel import volumes
from tools.flashmodel.chip import SECTOR_BYTES
from tools.flashmodel.disk import BLOCK_BYTES
from tools.flashmodel.image import BOOT_OUT as SAID
from tools.flashmodel.image import OF_SYSTEMS, ImageDisk, add, missing, new_drive
from tools.flashmodel.session import Clip

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"{', '.join(missing())} not here: `make system` as root installs them"
)
BOARD = "raspberry_pi_pico"
BOOT_OUT = boot_out.parse(SAID, "the image")
PICO = (1020, 512)
# (kB, bytes of a cluster): FAT12 and FAT16
SHAPES = (PICO, (2048, 512), (2048, 4096), (4096, 512), (4096, 1024), (8192, 2048), (16384, 4096))


@pytest.fixture(scope="module")
def image() -> Payload:
    return payload.build(BOARD)


@pytest.fixture(scope="module")
def source() -> Payload:
    return payload.build(BOARD, form=payload.SOURCE)


def program(count: int = 24, kilobytes: int = 130) -> Payload:
    """A made-up program of so many files, whose names no short form serves."""
    length = kilobytes * 1000 // count
    files = {f"leancore/Module{i:02}.mpy": bytes((i,)) * (length + 37 * i) for i in range(count)}
    return replace(small(), program=files)


def changed(made: Payload, factor: float = 1.0) -> Payload:
    """Another release: every file differs, and has ``factor`` times the length."""
    program = {path: b"~" + data[1:] + bytes(round(len(data) * (factor - 1)))
               for path, data in made.program.items()}  # fmt: skip
    return replace(made, program=program)


def plan_for(disk: ImageDisk, made: Payload) -> Plan:
    return installation_plan.make(disk, BOOT_OUT, made, None)


def install(disk: ImageDisk, made: Payload, working: ImageDisk | None = None) -> Plan:
    planned = plan_for(disk, made)
    done = carry_out(planned, working or disk, lambda done, total: None)
    assert disk.free_bytes() == done.free_bytes
    return planned


def check_installed(disk: ImageDisk, made: Payload, planned: Plan) -> None:
    """The program is there, the drive is sound, and as much is free as was said."""
    slot = slot_of(disk.read("/code.py") or b"")
    assert slot == planned.slot
    there = [path for path in disk.files("/lib") if path.startswith(SLOTS)]
    assert there == sorted(f"{slot}/{path}" for path in made.program)
    for path, data in planned.files.items():
        assert disk.read(path) == data
    assert volumes.fsck(disk.root.read_bytes()) == "clean"
    assert disk.free_bytes() >= planned.free_bytes
    assert plan_for(disk, made).nothing_to_do


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_install_and_update_fit_and_so_does_the_next_release(
    tmp_path: Path, shape: tuple[int, int]
) -> None:
    disk = new_drive(tmp_path / "image", *shape)
    made = program()
    planned = install(disk, made)
    check_installed(disk, made, planned)
    left = planned.free_bytes - budget.kept_bytes(disk, planned.next_bytes)
    assert left >= 0 and (left < PAGE_BYTES or planned.log_bytes == logfile.MOST_BYTES)
    add(disk, OF_SYSTEMS)
    log = disk.read(logfile.PATH)
    for release in (changed(made, 1.05), made):
        planned = install(disk, release)
        check_installed(disk, release, planned)
        assert not planned.shorter_log_bytes
    assert disk.free_bytes() >= planned.next_bytes, "a person would be told to make room"
    assert disk.read(logfile.PATH) == log


@pytest.mark.parametrize("shape", SHAPES[:3], ids=str)
def test_the_clip_starts_on_what_was_installed(tmp_path: Path, shape: tuple[int, int]) -> None:
    """It finds where the flash has its sectors, and loses at most one page by that."""
    disk = new_drive(tmp_path / "image", *shape)
    planned = install(disk, program())
    clip = Clip(bytearray(disk.root.read_bytes()))
    assert planned.log_bytes // PAGE_BYTES - clip.store.slots in (2, 3)
    assert all(len(sectors) == 1 for sectors in sectors_of_slots(clip))
    clip.save()
    assert clip.run(60, False) and clip.store.free_pages > 0
    assert volumes.fsck(clip.chip.image) == "clean"


def sectors_of_slots(clip: Clip) -> list[set[int]]:
    """The sectors of the flash that each slot of the log lies on."""
    fat, log = clip.files, clip.store.log
    count = fat.layout.cluster_blocks
    chain = fat.chain(fat.start_and_size(fat.find(logfile.PATH))[0])
    blocks = [fat.layout.block_of(cluster) + i for cluster in chain for i in range(count)]
    first = [(log.base + slot * log.step_bytes) // BLOCK_BYTES for slot in range(log.count)]
    per_sector, per_page = SECTOR_BYTES // BLOCK_BYTES, PAGE_BYTES // BLOCK_BYTES
    return [{block // per_sector for block in blocks[at : at + per_page]} for at in first]


def with_a_gap(file: Path, theirs_bytes: int) -> ImageDisk:
    """A drive from which somebody has removed a file, with another behind it."""
    disk = new_drive(file, *PICO)
    add(disk, {"/gone": bytes(20_000), "/theirs": bytes(theirs_bytes)})
    disk.remove("/gone")
    return disk


def test_a_log_does_not_lie_in_the_gaps_of_removed_files(tmp_path: Path) -> None:
    disk = with_a_gap(tmp_path / "image", 700)
    check_installed(disk, program(), install(disk, program()))
    assert logfile.place_of(disk).pieces == 1


@pytest.mark.parametrize("theirs_bytes", [700, 3000, 4096])
def test_no_two_pages_of_a_log_in_pieces_share_a_sector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theirs_bytes: int
) -> None:
    monkeypatch.setattr(logfile, "_FILL_MOST_BYTES", 0)
    disk = with_a_gap(tmp_path / "image", theirs_bytes)
    planned = install(disk, program())
    place = logfile.place_of(disk)
    assert (place.pieces, place.aligned) == (2, theirs_bytes == 4096)
    clip = Clip(bytearray(disk.root.read_bytes()))
    lying = sectors_of_slots(clip)
    assert len(set().union(*lying)) == sum(map(len, lying))
    share = 1 if place.aligned else 2
    assert clip.store.slots >= planned.log_bytes // PAGE_BYTES // share - 3


@pytest.mark.parametrize("form", payload.FORMS)
def test_the_pico_s_drive_takes_each_form_and_three_hours_of_steps(
    tmp_path: Path, form: str, request: pytest.FixtureRequest
) -> None:
    made = request.getfixturevalue({payload.COMPILED: "image", payload.SOURCE: "source"}[form])
    disk = new_drive(tmp_path / "image", *PICO)
    planned = install(disk, older(made))
    check_installed(disk, older(made), planned)
    assert float(logfile.holds(planned.log_bytes).split()[1]) >= 3
    check_installed(disk, made, install(disk, made))


def test_from_compiled_to_source_and_back(tmp_path: Path, image: Payload, source: Payload) -> None:
    """The log that was made beside the small program makes room for the large one."""
    disk = new_drive(tmp_path / "image", *PICO)
    first = install(disk, image)
    planned = install(disk, source)
    check_installed(disk, source, planned)
    assert 0 < planned.shorter_log_bytes < first.log_bytes
    assert disk.size(logfile.PATH) == planned.shorter_log_bytes
    back = install(disk, image)
    check_installed(disk, image, back)
    # The start files of one form may take a cluster more than those of the other.
    assert (disk.size(logfile.PATH) or 0) >= planned.shorter_log_bytes - PAGE_BYTES


@pytest.mark.parametrize("shape", [(2048, 512), (4096, 4096)], ids=str)
def test_a_clip_with_the_modules_of_an_older_release(
    tmp_path: Path, shape: tuple[int, int], image: Payload
) -> None:
    """Eighty modules as source; their log stays as it is, and what they took is free."""
    disk = new_drive(tmp_path / "image", *shape)
    modules = replace(program(80, 368), starters=older(image).starters)
    install(disk, modules)
    log, free = disk.size(logfile.PATH), disk.free_bytes()
    planned = install(disk, image)
    check_installed(disk, image, planned)
    assert disk.size(logfile.PATH) == log and disk.free_bytes() > free + 250_000


@pytest.mark.parametrize("shape", [PICO, (4096, 4096)], ids=str)
def test_a_damaged_clip_is_mended_where_it_is(
    tmp_path: Path, shape: tuple[int, int], image: Payload
) -> None:
    disk = new_drive(tmp_path / "image", *shape)
    slot = install(disk, image).slot
    damaged = f"{slot}/{next(iter(image.program))}"
    disk.write(damaged, b"torn")
    disk.write("/boot.py", b"torn")
    planned = install(disk, image)
    assert [path for path, _ in planned.writes] == [damaged, "/boot.py"]
    check_installed(disk, image, planned)


def test_runs_at_the_end_of_the_log_must_be_fetched_first(tmp_path: Path, image: Payload) -> None:
    large = program(24, 260)
    disk = new_drive(tmp_path / "image", *PICO)
    install(disk, image)
    clip = Clip(bytearray(disk.root.read_bytes()))
    first = clip.run(60, False)
    last = clip.run(520, True)
    disk.root.write_bytes(clip.chip.image)
    before = disk.root.read_bytes()
    with pytest.raises(DriveFull, match=r"no desk has pulled.*leancue runs pull"):
        install(disk, large)
    assert disk.root.read_bytes() == before
    clip.archive.mark_pulled(last)
    clip.store.settle()
    disk.root.write_bytes(clip.chip.image)
    check_installed(disk, large, install(disk, large))
    again = Clip(bytearray(disk.root.read_bytes()))
    assert again.store.find(first).pages == clip.store.find(first).pages
    assert (again.store.pulled.has(first), again.store.pulled.has(last)) == (False, True)
    assert again.store.last_run == last, "no run number comes again"


def test_a_run_before_the_cut_is_read_after_it(
    tmp_path: Path, image: Payload, source: Payload
) -> None:
    disk = new_drive(tmp_path / "image", *PICO)
    install(disk, image)
    clip = Clip(bytearray(disk.root.read_bytes()))
    run_id = clip.run(900, False)
    pages = [bytes(clip.archive.read(run_id, n)) for n in range(clip.store.find(run_id).pages)]
    disk.root.write_bytes(clip.chip.image)
    assert install(disk, source).shorter_log_bytes
    again = Clip(bytearray(disk.root.read_bytes()))
    found = again.store.find(run_id)
    assert [bytes(again.archive.read(run_id, n)) for n in range(found.pages)] == pages
    assert again.store.slots < clip.store.slots
    assert again.run(60, False) > run_id


class BrokenImage(Breaking, ImageDisk):
    """An image that fails."""


@pytest.mark.parametrize(("shape", "stride"), [(PICO, 1), ((1536, 4096), 3)], ids=str)
@pytest.mark.parametrize("start", ["blank", "older", "damaged"])
def test_every_operation_may_fail(
    tmp_path: Path, start: str, shape: tuple[int, int], stride: int
) -> None:
    """Old or new after each, on a drive whose log fills it, and a second installation finishes.

    On a drive of large clusters at every third operation, where there are enough of them.
    """
    new = small()
    template = new_drive(tmp_path / "template", *shape)
    if start != "blank":
        install(template, older(new) if start == "older" else new)
    if start == "damaged":
        template.write(f"{SLOTS[0]}/leandevice/app.py", b"torn")
    old = what_starts(template)
    results = set()
    disk = ImageDisk(tmp_path / "drive")
    for at in range(0, 1000, 1 if start == "damaged" else stride):
        shutil.copy(template.root, disk.root)
        try:
            install(disk, new, BrokenImage(disk.root, at))
        except DriveFailed:
            found = what_starts(disk)
            assert found in (old, new.program)
            if found is None:
                assert not disk.exists("/boot.py")
        else:
            break
        results.add(found == new.program)
        install(disk, new)
        assert what_starts(disk) == new.program
        assert not [path for path in disk.files("/") if path.endswith(".leancue-new")]
    assert at > 4 and results == {False, True}
    assert volumes.fsck(disk.root.read_bytes()) == "clean"


def test_every_operation_may_fail_where_the_log_is_cut(tmp_path: Path) -> None:
    template = new_drive(tmp_path / "template", *PICO)
    install(template, program(3))
    large = program(3, 320)
    clip = Clip(bytearray(template.root.read_bytes()))
    run_id = clip.run(600, False)
    template.root.write_bytes(clip.chip.image)
    old = what_starts(template)
    disk = ImageDisk(tmp_path / "drive")
    lengths = set()
    for at in range(1000):
        shutil.copy(template.root, disk.root)
        try:
            install(disk, large, BrokenImage(disk.root, at))
        except DriveFailed:
            assert what_starts(disk) in (old, large.program)
            lengths.add(disk.size(logfile.PATH))
        else:
            break
        install(disk, large)
        check_installed(disk, large, plan_for(disk, large))
        again = Clip(bytearray(disk.root.read_bytes()))
        assert again.store.find(run_id).pages == clip.store.find(run_id).pages
    assert len(lengths) == 2, "failures before and after the cut were tried"


def what_starts(disk: ImageDisk) -> dict[str, bytes] | None:
    slot = slot_of(disk.read("/code.py") or b"")
    if slot is None:
        return None
    found = [path for path in disk.files(slot) if not path.endswith(".leancue-new")]
    return {path.removeprefix(slot + "/"): disk.read(path) or b"" for path in found}


def test_a_log_that_somebody_removed_is_made_anew_beside_two_programs(tmp_path: Path) -> None:
    """At an update it must fit while both programs are there, not only when the old one is gone."""
    disk = new_drive(tmp_path / "image", *PICO)
    large = program(3, 320)
    install(disk, large)
    disk.remove(logfile.PATH)
    planned = install(disk, program())
    check_installed(disk, program(), planned)
    assert 0 < planned.log_bytes < 560_000


def test_leftovers_of_ours_make_room_and_those_of_others_do_not(tmp_path: Path) -> None:
    """An installation that was cut off: its halves are counted as room, whatever fills the rest."""
    made = program()
    disk = new_drive(tmp_path / "image", *PICO)
    alone = plan_for(disk, made).log_bytes
    add(disk, {"/leancue.log.leancue-new": bytes(300_000)})
    assert plan_for(disk, made).log_bytes == alone
    add(disk, {f"{SLOTS[1]}/leancore/old.py": bytes(200_000)})
    assert alone - 2 * PAGE_BYTES <= plan_for(disk, made).log_bytes <= alone
    add(disk, {"/mine.log.leancue-new": bytes(200_000)})
    assert plan_for(disk, made).log_bytes < alone - 190_000
    check_installed(disk, made, install(disk, made))
    assert disk.size("/mine.log.leancue-new") == 200_000


def test_an_image_that_is_full_says_so(tmp_path: Path) -> None:
    """The adapter itself: what does not fit raises, as on a real drive."""
    disk = new_drive(tmp_path / "image", *PICO)
    with pytest.raises(OSError) as raised:
        disk.write("/large", bytes(1 << 20))
    assert raised.value.errno == errno.ENOSPC
    disk.remove("/large")
    free = disk.free_bytes()
    disk.write("/one", b"x")
    assert disk.free_bytes() == free - 512


def test_progress_ends_at_its_total(tmp_path: Path) -> None:
    disk = new_drive(tmp_path / "image", *PICO)
    seen: list[tuple[int, int]] = []
    carry_out(plan_for(disk, small()), disk, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
