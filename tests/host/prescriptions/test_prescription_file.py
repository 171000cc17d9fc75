"""Prescriptions as files: exact values, all problems at once, and back to the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import table
from leancue.basis.errors import PrescriptionError
from leancue.prescriptions import prescription_file

FULL = """
patient = "K-014"
baseline_deg = 6.2
offset_low_deg = 7.05
offset_high_deg = 10
cap_offset_deg = 14.5
gain = 1.125
raw = false
ramp_sessions = 2
[plan]
sessions = 3
minutes = [15, 20, 25]
feedback_shares = [1, 0.75, 0.29]
"""


def problems_of(text):
    with pytest.raises(PrescriptionError) as caught:
        prescription_file.loads(text, "P.toml")
    assert "P.toml" in caught.value.what
    return str(caught.value)


def test_a_full_file_is_taken_exactly():
    assert prescription_file.loads(FULL) == {
        "patient": "K-014", "baseline_cdeg": 620, "offset_low_cdeg": 705,
        "offset_high_cdeg": 1000, "cap_offset_cdeg": 1450, "gain_permille": 1125, "raw": 0,
        "ramp_sessions": 2, "sessions": 3, "minutes": [15, 20, 25],
        "feedback_percent": [100, 75, 29],
    }  # fmt: skip


def test_what_is_missing_is_the_default():
    assert prescription_file.loads("") == prescription.default()
    assert prescription_file.loads("")["baseline_cdeg"] == UNMEASURED


def test_sessions_follow_from_the_lists():
    values = prescription_file.loads("[plan]\nminutes=[1, 2]\nfeedback_shares=[1, 0]")
    assert values["sessions"] == 2


BAD = {
    "ofset_low_deg = 7": ["unknown key ofset_low_deg", "did you mean offset_low_deg?"],
    "baseline_deg = 70": ["baseline_deg = 70", "-10 to 40 degrees"],
    "offset_high_deg = 9.999": ["finer than the clip can store", "0.01"],
    "gain = nan": ["gain = NaN is out of range: 0.3 to 3"],
    "gain = 1e999999": ["gain", "0.3 to 3"],
    'gain = "1"': ["gain = '1' must be a number"],
    "gain = true": ["gain = True must be a number"],
    "raw = 1": ["raw = 1 must be true or false"],
    'patient = "Max Müller"': ["letters, digits"],
    "patient = 7": ["patient must be a code"],
    "minutes = [1]": ["unknown key minutes", "did you mean plan.minutes?"],
    "plan = 3": ["plan must be a table"],
    "[plan]\nminute = [1]": ["unknown key plan.minute", "did you mean plan.minutes?"],
    "[plan]\nminutes = 20": ["plan.minutes must be a list"],
    "[plan]\nminutes = []": ["plan.minutes must be a list"],
    "[plan]\nminutes = [1, 2.5]": ["plan.minutes, entry 2", "steps of 1"],
    "[plan]\nfeedback_shares = [100]": ["plan.feedback_shares, entry 1", "0 to 1"],
    "[plan]\nsessions = 4": ["plan.minutes is missing: give 4", "plan.feedback_shares is missing"],
    "[plan]\nsessions = 2\nminutes = [1]\nfeedback_shares = [1, 1]": ["plan.minutes has 1: give 2"],
    "offset_low_deg = 11": ["inverted", "(11°)", "(10°)"],
    "cap_offset_deg = 9": ["the cap (9°) must be above the band's upper edge (10°)"],
    "x =": ["not TOML"],
    "zzz = 1": ["unknown key zzz", "known keys are patient"],
}


@pytest.mark.parametrize("text", BAD)
def test_each_problem_names_key_value_and_range(text):
    message = problems_of(text)
    for word in BAD[text]:
        assert word in message
    assert "cdeg" not in message and "permille" not in message


def test_all_problems_at_once():
    message = problems_of("ofset = 1\nbaseline_deg = 99\ngain = 0\n[plan]\nminutes = [0]")
    assert "4 problems" in message
    for word in ("ofset", "baseline_deg", "gain", "plan.minutes"):
        assert word in message


def test_a_file_that_is_not_there(tmp_path):
    path = tmp_path / "none.toml"
    with pytest.raises(PrescriptionError) as caught:
        prescription_file.load(path)
    assert caught.value.args == (
        f"Cannot read the prescription {path}: No such file or directory.",
        "The name may be misspelt, or the file is not UTF-8 text.",
        "Type the command again with the name of an existing prescription (TOML).",
    )


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "picture.toml"
    path.write_bytes(b"\xff\xd8")
    with pytest.raises(PrescriptionError, match="toml: the file contains something else"):
        prescription_file.load(path)


def test_a_file_is_called_by_its_name(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text("gain = 9")
    with pytest.raises(PrescriptionError) as caught:
        prescription_file.load(path)
    assert caught.value.args == (
        f"{path}: gain = 9 is out of range: 0.3 to 3",
        "Nothing was changed.",
        "Correct it and type the command again.",
    )
    with pytest.raises(PrescriptionError, match="^the prescription: gain"):
        prescription_file.loads("gain = 9")


def test_problems_are_numbered_and_after_the_twentieth_there_are_dots():
    two = problems_of("gain = 9\nbaseline_deg = 99")
    assert (
        "has 2 problems: (1) baseline_deg = 99 is out of range: -10 to 40 degrees; "
        "(2) gain = 9 is out of range: 0.3 to 3. Nothing"
    ) in two
    for count, end in ((20, "(20) unknown key k19"), (21, "(20) unknown key k19")):
        text = problems_of("\n".join(f"k{i} = 1" for i in range(count)))
        listed = text.split(" Nothing was changed")[0]
        assert end in listed and "(21)" not in listed
        assert ("; …" in listed) == (count > 20)


def test_a_file_of_the_greatest_length_is_read():
    lines = ["#" + "x" * 999] * 32
    text = "\n".join(lines)
    text += "\n" + "#" * (32 * 1024 - len(text) - 1)
    assert len(text) == 32 * 1024
    assert prescription_file.loads(text) == prescription.default()
    assert "more than 32 kB" in problems_of(text + "#")
    assert "more than 1000 characters" in problems_of("#" + "x" * 1000)


def test_unknown_keys_get_the_nearest_or_all_that_are_known():
    assert "unknown key shares: did you mean plan.feedback_shares?" in problems_of("shares = 1")
    assert problems_of("zzz = 1").split(" Nothing")[0] == (
        "P.toml: unknown key zzz: known keys are patient, raw, plan, baseline_deg, offset_low_deg, "
        "offset_high_deg, cap_offset_deg, gain, ramp_sessions."
    )


def test_a_problem_of_the_plan_says_where():
    assert "plan.sessions = 13 is out of range: 1 to 12 sessions" in problems_of(
        "[plan]\nsessions = 13"
    )
    ones = ", ".join(["1"] * 12)
    text = f"[plan]\nminutes = [{ones}]\nfeedback_shares = [{ones}]"
    assert prescription_file.loads(text)["sessions"] == 12


def test_a_dump_says_what_each_value_is():
    lines = prescription_file.dump(prescription.default()).splitlines()
    assert "# baseline_deg: not measured yet; the next run, without cues, measures it" in lines
    assert "gain = 1  # 0.3 to 3: trunk angle over sensor angle" in lines
    assert "ramp_sessions = 0  # 0 to 12 sessions: sessions over which the offset grows" in lines
    assert "raw = true  # record the samples, so that the decisions can be proved" in lines


def test_words_for_numbers_below_nothing_and_for_no_cues():
    values = prescription.checked(
        {"baseline_cdeg": -250, "sessions": 2, "minutes": [9, 9], "feedback_percent": [100, 0]}
    )
    assert "the own −2.5°, so 4.5 to 7.5°" in prescription_file.describe(values)
    said = [prescription_file.describe_session(values, session) for session in (0, 1)]
    assert said == [
        "Session 1 of 2: 9 minutes, cues all the time.",
        "Session 2 of 2: 9 minutes, no cues except the cap.",
    ]


@st.composite
def prescriptions(draw):
    """Any prescription that the core takes."""
    offset_low = draw(st.integers(-500, 1998))
    offset_high = draw(st.integers(max(offset_low + 1, -300), 2500))
    values = {
        row[table.NAME]: draw(st.integers(row[table.MIN], row[table.MAX]))
        for row in table.rows(prescription.TABLE)
    }
    values["offset_low_cdeg"], values["offset_high_cdeg"] = offset_low, offset_high
    values["cap_offset_cdeg"] = draw(st.integers(max(offset_high + 1, 0), 3000))
    if draw(st.booleans()):
        values["baseline_cdeg"] = UNMEASURED
    sessions = values["sessions"]
    values["minutes"] = draw(st.lists(st.integers(1, 120), min_size=sessions, max_size=sessions))
    values["feedback_percent"] = draw(
        st.lists(st.integers(0, 100), min_size=sessions, max_size=sessions)
    )
    values["patient"] = draw(st.from_regex(r"[A-Za-z0-9._-]{1,24}", fullmatch=True))
    return prescription.checked(values)


@given(prescriptions())
def test_a_dump_loads_back_to_the_same(values):
    assert prescription_file.loads(prescription_file.dump(values)) == values


def test_in_words():
    values = prescription.checked({"baseline_cdeg": 620})
    assert prescription_file.describe(values) == (
        "Lean 7 to 10° farther forward than the own 6.2°, so 13.2 to 16.2° at the lower back; "
        "cap 20.2°."
    )
    assert prescription_file.describe_session(values, 2) == (
        "Session 3 of 8: 19 minutes, cues all the time."
    )
    assert "50 % of the time" in prescription_file.describe_session(values, 5)


def test_in_words_without_a_baseline():
    words = prescription_file.describe(prescription.default())
    assert "which the next run measures without cues" in words
    assert "327" not in words


@pytest.mark.parametrize(
    ("text", "words"),
    [("a=" + "[" * 900, "not TOML"), ("a = " + "9" * 5000, "more than 1000 characters"),
     ("a." * 20_000 + "a = 1", "more than 32 kB"), ("a." * 600 + "a = 1", "more than 1000"),
     ("gain = 1e999999999", "out of range"), ("gain = 0e999999999", "out of range"),
     ("baseline_deg = 0e999999999", "finer than"), ("baseline_deg = 1e-999999999", "finer than"),
     ("baseline_deg = 6.2000000000000000000000000000001", "finer than"),
     ("baseline_deg = nan", "out of range"), ("cap_offset_deg = 07:32:00", "must be a number"),
     ("patient = 99999999999999999999", "patient must be"), ('"\\u001b[2J" = 1', "unknown key"),
     ("raw = [[[1]]]", "must be true or false"),
     ("gain = [1.5, 2026-11-03]", "gain = [1.5, 2026-11-03] must be a number")],
)  # fmt: skip
def test_what_no_therapist_writes_is_refused_at_once_in_few_plain_words(text, words):
    said = problems_of(text)
    assert words in said and len(said) < 900 and "\x1b" not in said


def test_of_a_thousand_problems_some_are_told():
    said = problems_of("\n".join(f"x{i} = 1" for i in range(1000)))
    assert "has 1000 problems" in said and said.count("unknown key") == 20


def test_a_file_that_is_none_is_refused(tmp_path):
    for data, words in ((b"\xff\xfe", "something else"), (b"x" * 99_999, "more than 32 kB")):
        (tmp_path / "p.toml").write_bytes(data)
        with pytest.raises(PrescriptionError, match=words):
            prescription_file.load(tmp_path / "p.toml")
    with pytest.raises(PrescriptionError, match="more than 32 kB"):
        prescription_file.load("/dev/zero")


def test_only_the_run_that_measures_the_own_lean_has_no_cues():
    values = prescription.default()
    assert "15 minutes without cues" in prescription_file.describe_next(values, 0)
    plan = [prescription_file.describe_session(values, i) for i in range(values["sessions"])]
    assert plan[0] == "Session 1 of 8: 15 minutes, cues all the time."
    assert not any("no cues (" in line or "measured" in line for line in plan)
    known = {**values, "baseline_cdeg": 620}
    assert prescription_file.describe_next(known, 1) == plan[1]
