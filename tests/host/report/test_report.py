"""The report: self-contained, the error beside every measured lean, honest words, right numbers."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from host_runs import logged, runner
from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancore.runlog import log_reading, records
from leancore.schema import settings
from leancore.schema.faults import FAULTS
from leancue import report
from leancue.basis.errors import LogError, OutputError
from leancue.recordings import recording, replay
from leancue.report.run_chart import HEIGHT
from leancue.report.svg import Scale, dots
from leancue.runs import runlog
from leancue.runs.measurement_error import METHOD_ERROR, REMOUNT_RANGE_DEG
from leancue.runs.run_figures import figures
from leancue.runs.verify import Verification, verify

from tools.check_wording import EVERYWHERE, IN_REPORTS, forbidden

ERROR = f"± {METHOD_ERROR.own_deg}°"  # as read: white space is collapsed


def one(written):
    (run,) = runlog.runs_of(b"".join(written))
    return run


class Page(HTMLParser):
    """Words and tags of a page; complains where tags do not match."""

    VOID = ("meta",)

    def __init__(self, markup):
        super().__init__()
        self.open, self.words, self.tags, self.sizes = [], [], [], []
        self.feed(markup)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, words):
        if not {"style", "script"} & set(self.open):
            self.words.append(words)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def run():
    """Cues half of the time, a drop of the lean, a fault."""
    shares = [50] * 8
    return one(logged(runner(run_s=150, drop_deg=9, still_s=3), faults=((5, 3),),
                      feedback_percent=shares))  # fmt: skip


@pytest.fixture(scope="module")
def page(run):
    return report.build_report(run, verify(run))


def test_nothing_is_fetched_from_anywhere(page):
    addresses = re.findall(r"https?://[^\s\"']+", page)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}
    for tag, attributes in Page(page).tags:
        assert tag not in ("link", "img", "iframe", "object")
        assert not {"src", "href", "srcset"} & set(attributes)
    assert "@import" not in page and "url(http" not in page


def test_the_answer_comes_first(page):
    text = Page(page).text
    answer = text.index("Ran 2.5 min at 168 steps/min with a mean lean of")
    assert answer < text.index("Lean 7 to 10° farther forward than the own 6°")
    assert answer < text.index("In band with cues") < text.index("What the clip noticed")


def test_the_error_stands_beside_every_measured_lean(page):
    """Every number of degrees is either prescribed, of the axis, or carries the error."""
    text = Page(page).text
    assert len(re.findall(rf"−?\d+\.\d° {ERROR}", text)) >= 3
    known = {"13.0°", "16.0°", "20.0°", "6.0°", f"{METHOD_ERROR.chip_deg}°"}
    known |= {f"{REMOUNT_RANGE_DEG:.1f}°"}
    for lean in re.finditer(r"[−+]?\d+\.\d°", text):
        after = text[lean.end() : lean.end() + 8]
        before = text[max(lean.start() - 3, 0) : lean.start()]
        sure = ERROR in after.strip() or "±" in before or lean.group() in known
        assert sure, text[lean.start() - 40 : lean.end()]
    for match in re.finditer(r"mean lean of|Mean lean", text):
        assert ERROR in text[match.end() : match.end() + 24]


def test_words_make_no_claim(page):
    text = Page(page).text
    assert "it makes no diagnosis and treats nothing" in text
    assert list(forbidden(text, EVERYWHERE + IN_REPORTS)) == []
    assert "lean at the lower back, relative to standing" in text


@pytest.mark.parametrize(
    ("made", "view"),
    [
        (runner(run_s=30, drop_deg=9), dict(baseline_cdeg=UNMEASURED)),
        (runner(run_s=120, lean_deg=22, drop_deg=12), dict(feedback_percent=[50] * 8)),
        (runner(run_s=40), dict(faults=tuple((row[0], 2) for row in FAULTS))),
    ],
)
def test_no_run_makes_it_say_what_it_must_not(made, view):
    run = one(logged(made, **view))
    text = Page(report.build_report(run, verify(run))).text
    assert list(forbidden(text, EVERYWHERE + IN_REPORTS)) == []


def test_text_is_large_enough_on_a_screen(page):
    style = re.search(r"<style>(.*?)@media screen", page, re.S).group(1)
    sizes = re.findall(r"font(?:-size)?:\s*(?:\d+ )?(\d+)px", style)
    sizes += [a["font-size"] for tag, a in Page(page).tags if tag == "text"]
    assert len(sizes) > 20 and min(float(size) for size in sizes) >= 14


def test_every_text_of_the_chart_lies_inside_of_it(page):
    for tag, attributes in Page(page).tags:
        if tag == "text":
            assert 0 <= float(attributes["x"]) <= 960
            assert 0 <= float(attributes["y"]) <= HEIGHT


def test_cues_are_told_apart_by_shape_and_colour():
    from leancue.report.run_chart import CUE_COLOURS, mark

    assert len(set(CUE_COLOURS.values())) == 4
    shapes = {re.sub(r"#\w+", "", mark(kind, 50, 50)) for kind in CUE_COLOURS}
    assert len(shapes) == 4


def test_every_cue_of_the_log_is_drawn_and_named(run, page):
    kinds = [b[4] for k, b in log_reading.split(run.decisions) if k == records.CUE]
    assert kinds
    assert page.count("<title>lean more at ") == kinds.count(1)


def test_times_without_cues_and_breaks_are_shaded(page):
    probes = re.findall(r"<title>no cues, (60|61|3\d) s, in band (\d+) %</title>", page)
    assert [int(share) for _, share in probes] == [pytest.approx(100, abs=4), 0]
    view = report.of_run(one(logged(_with_a_break())))
    doing = [spell.what for spell in view.spells]
    assert doing.count("run") == 2 and "still" in doing[1 : doing.index("run", 1)]
    assert "<title>still, " in report.build_report(view)


def _with_a_break():
    """Run, stand, run."""
    import numpy as np

    a, b = runner(run_s=20, still_s=6), runner(run_s=20, still_s=3)
    return recording.Recording(
        a.path, np.arange(len(a) + len(b) - 1000) * 10, np.concatenate([a.q, b.q[1000:]]),
        np.concatenate([a.a, b.a[1000:]]), np.concatenate([a.g, b.g[1000:]]), True,
    )  # fmt: skip


def test_the_numbers_are_those_of_the_made_runner():
    """14° for 75 s, then 5°: in band half of the time, and never back in band after a cue."""
    view = report.of_run(one(logged(runner(run_s=150, drop_deg=9))))
    found = figures(view)
    assert found.running_s == pytest.approx(150, abs=3)
    assert found.mean_lean_deg == pytest.approx(9.5, abs=0.15)
    assert found.cadence_spm == pytest.approx(168, abs=0.5)
    assert found.in_band == found.in_band_with_cues == pytest.approx(0.5, abs=0.02)
    assert found.in_band_without_cues is None
    assert found.drift_deg == pytest.approx(5 - (0.75 * 14 + 0.25 * 5), abs=0.2)
    assert found.corrections == found.cues["lean_more"] > 5
    assert (found.back, found.back_s) == (0, None)
    assert found.cues_per_min == pytest.approx(found.corrections / 2.5, rel=0.05)


def test_time_to_come_back_is_from_the_cue_to_the_first_stride_in_band():
    """The lean falls out of the band and returns by itself three seconds later."""
    found = figures(report.of_run(one(logged(runner(run_s=60, drop_deg=9, drop_s=3)))))
    assert found.corrections == found.back == 1
    assert 2.0 < found.back_s < 3.3


def test_shares_with_and_without_cues(run):
    found = figures(report.of_run(run))
    assert found.with_cues_s + found.without_cues_s == pytest.approx(150, abs=4)
    assert found.in_band_without_cues == pytest.approx(60 / 90, abs=0.03)
    assert found.in_band_with_cues == pytest.approx(15 / 60, abs=0.05)


def test_a_baseline_run_is_told_as_one():
    run = one(logged(runner(run_s=70, lean_deg=8), baseline_cdeg=UNMEASURED))
    short = Page(report.build_report(run)).text
    assert "was to be measured but was not: the run was too short: 69 s of running, the clip " \
        "needs 3.0 min" in short and "can be the baseline" not in short  # fmt: skip
    text = Page(report.build_report(replace(report.of_run(run), baseline_ms=60_000))).text
    assert "this is a baseline run: the runner's own lean was measured, no cues were given" in text
    assert "to measure the runner's own lean" in text
    assert "In band" not in text and "lean more" not in text
    assert "-327" not in text and "−327" not in text


def test_the_proof_line(run, page):
    assert "Proved: " in page and "0 differing bytes" in page
    assert "Not proved for this page" in report.build_report(run)
    assert "Not proved: " in report.build_report(run, Verification(7, 3, 10, 10, 5.0))
    unprovable = report.build_report(run, Verification(7, why_not="no raw samples."))
    assert "Not provable: no raw samples." in unprovable and "Not proved" not in unprovable
    part = Verification(7, 0, 10, 10, 5.0, stopped="The proof stops at a gap")
    assert "Proved in part" in report.build_report(run, part)


def test_what_the_clip_noticed_is_in_words(page):
    text = Page(page).text
    assert "Steps with gaps were not judged. (3 times, first at 2:3" in text
    assert "Battery 3.97 V." in text
    assert "E6605838834F7A2B" in text and settings.fingerprint(settings.checked({})) in text


def test_an_uncalibrated_run_says_so_and_claims_no_standing():
    made = runner(run_s=30)
    running = recording.Recording(
        made.path, made.t_ms[1000:], made.q[1000:], made.a[1000:], made.g[1000:], True
    )
    text = Page(report.build_report(one(logged(running)))).text
    assert "the clip had not been calibrated, so no cues were given" in text
    assert "relative to the clip's axes" in text
    assert "relative to standing" not in text.replace("relative to standing and", "")


def test_holes_and_an_open_end_are_told():
    written = logged(runner(run_s=40))
    text = Page(report.build_report(one(written[:8] + written[9:-1]))).text
    assert "page 8 missing" in text and "was not completed" in text


def test_a_replay_has_the_same_page():
    made = replay.replay(
        runner(run_s=30, drop_deg=9, first_s=50), prescription.checked({"baseline_cdeg": 600}),
        settings.checked({}),
    )  # fmt: skip
    text = Page(report.build_report(made)).text
    assert "Replay of made.csv" in text and "not a clip's log" in text
    assert text.count(f"± {METHOD_ERROR.chip_deg}°") > 3  # the orientation is the recorded one


def test_a_recording_without_running_says_what_to_do():
    made = replay.replay(runner(run_s=0), prescription.default(), settings.checked({}))
    text = Page(report.build_report(made)).text
    assert "No running was found." in text and "press, stand, bow" in text


def test_a_run_without_its_configuration_is_an_error():
    written = logged(runner(run_s=20))
    with pytest.raises(LogError, match="configuration"):
        report.build_report(one(written[2:]))


def test_names_are_shown_as_text_never_as_markup(run):
    from dataclasses import replace

    view = replace(report.of_run(run), title="<b>&\"'", notes=("<script>x</script>",))
    markup = report.build_report(view)
    assert "<b>" not in markup and "<script>x" not in markup
    assert "<b>&\"'" in Page(markup).text


def test_the_same_run_gives_the_same_page(run, page):
    assert report.build_report(run, verify(run)) == page


def test_it_is_written_whole_or_not_at_all(run, tmp_path):
    report.write_report(tmp_path / "a.html", run)
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    (tmp_path / "b").write_text("")
    with pytest.raises(OutputError):
        report.write_report(tmp_path / "b" / "c.html", run)


def test_half_an_hour_makes_no_large_page():
    made = replay.replay(
        runner(run_s=1800, drop_deg=2), prescription.checked({"baseline_cdeg": 600}),
        settings.checked({}),
    )  # fmt: skip
    markup = report.build_report(made)
    assert len(markup) < 600_000


def test_scales_and_dots():
    scale = Scale(0, 10, 100, 200)
    assert (scale(5), scale.held(99), scale.held(-1)) == (150, 200, 100)
    assert scale.ticks(5) == [0, 2, 4, 6, 8, 10]
    assert Scale(-0.3, 0.31, 0, 1).ticks(4) == pytest.approx([-0.2, 0, 0.2])
    assert dots(np.array([(1, 1), (1.1, 0.9), (2, 3)])) == "M1 1h0M2 3h0"


def test_a_real_recording_is_drawn(recordings_dir):
    made = replay.replay(
        recording.read(recordings_dir / "sacral_run_1.csv"),
        prescription.checked({"baseline_cdeg": -800}), settings.checked({}),
    )  # fmt: skip
    text = Page(report.build_report(made)).text
    assert "184 steps/min" in text and "Standing and a bow were measured" in text
