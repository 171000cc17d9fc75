"""Reading recordings: what is right, and every way in which a file can be wrong."""

import math

import numpy as np
import pytest
from host_runs import csv_text, runner
from leancore.sensor.sample import CLIPPED, HAS_G
from leancue.basis.errors import RecordingError
from leancue.recordings import recording

HEAD = "t_s,qw,qx,qy,qz,ax,ay,az"
ROW = "1,0,0,0,0,9.81,0"


def text(*rows, head=HEAD):
    return "\n".join([head, *rows]) + "\n"


def good(t_s=0.0):
    return f"{t_s},{ROW}"


def read(tmp_path, content):
    path = tmp_path / "run.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return recording.read(path)


def test_values_become_the_sensors_own(tmp_path):
    row = "0.0126,0.70711,0.70711,0,0,-200,9.81,0.001,40,-0.001,0.5"
    got = read(tmp_path, text(row, head=HEAD + ",gx,gy,gz"))
    assert got.t_ms.tolist() == [13]
    assert got.q.tolist() == [[11585, 11585, 0, 0]]
    assert got.a.tolist() == [[-20090, 2511, 0]]
    assert got.g.tolist() == [[17872, -1, 256]]
    assert got.flags.tolist() == [7 | CLIPPED]


def test_columns_in_any_order_others_ignored_gyro_optional(tmp_path):
    got = read(tmp_path, "note,az,ay,ax,qz,qy,qx,qw,t_s\nhello,1,2,3,0,0,0,1,0\n")
    assert got.a.tolist() == [[768, 512, 256]]
    assert got.q.tolist() == [[16384, 0, 0, 0]]
    assert not got.has_gyro and not got.flags[0] & HAS_G


@pytest.mark.parametrize("change", ["bom", "crlf", "blank", "no_end"])
def test_harmless_forms_read_the_same(tmp_path, change):
    plain = text(good(0), good(0.01))
    changed = {
        "bom": b"\xef\xbb\xbf" + plain.encode(),
        "crlf": plain.replace("\n", "\r\n").encode(),
        "blank": plain.replace("\n", "\n\n").encode(),
        "no_end": plain.rstrip("\n").encode(),
    }[change]
    assert read(tmp_path, changed).t_ms.tolist() == [0, 10]
    assert np.array_equal(read(tmp_path, changed).a, read(tmp_path, plain).a)


BAD = {
    "empty": ("", ["line 1", "empty"]),
    "header_only": (HEAD + "\n", ["no samples"]),
    "header_and_blank": (HEAD + "\n\n\r\n", ["no samples"]),
    "no_header": (good(0) + "\n" + good(0.01) + "\n", ["line 1", "names of the columns"]),
    "missing": (text("0,1", head="t_s,qw"), ["lacks column qx, qy, qz, ax, ay, az"]),
    "misspelt": (text(good(), head=HEAD.replace("t_s", "t_ss")), ["t_s (is t_ss meant?)"]),
    "twice": (text(good() + ",1", head=HEAD + ",qw"), ["column qw twice"]),
    "half_gyro": (text(good() + ",1", head=HEAD + ",gx"), ["lacks column gy, gz"]),
    "semicolons": (text(good()).replace(",", ";"), ["line 1", "no comma"]),
    "decimal_comma": (text(good(), "0,01," + ROW), ["line 3", "9 cells", "8"]),
    "cut_short": (text(good(), "0.01,1,0"), ["line 3", "3 cells"]),
    "text": (text(good(), "0.01,1,x,0,0,0,9.81,0"), ["line 3, column qx", "'x', not a number"]),
    "empty_cell": (text(good(), "0.01,1,,0,0,0,9.81,0"), ["line 3, column qx", "''"]),
    "text_after_blank": (text(good(), "", "0.01,1,x,0,0,0,9.81,0"), ["line 4, column qx"]),
    "nan": (text(good(), "0.01,1,0,0,0,nan,9.81,0"), ["line 3, column ax", "nan"]),
    "inf": (text("inf," + ROW), ["line 2, column t_s", "inf"]),
    "backwards": (text(good(1), good(0.5)), ["line 3, column t_s", "backwards from 1 s"]),
    "repeated": (text(good(1), good(1)), ["line 3, column t_s", "repeats the time"]),
    "too_close": (text(good(1), good(1.0004)), ["line 3", "0.4 ms", "closer than 1 ms"]),
    "too_far": (text(good(0), good(1e12)), ["line 3, column t_s", "too far"]),
    "not_unit": (text(good(), "0.01,2,0,0,0,0,9.81,0"), ["line 3", "qw, qx", "length 2"]),
    "no_orientation": (text("0,0,0,0,0,0,9.81,0"), ["no orientation"]),
    "not_utf8": (text(good(), "\xb0").encode("latin-1"), ["line 3", "not text"]),
    "utf16": (text(good()).encode("utf-16"), ["not text"]),
    "one_letter": (text(good(), "x"), ["line 3", "1 cells"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_has_its_own_words(tmp_path, name):
    content, words = BAD[name]
    with pytest.raises(RecordingError) as caught:
        read(tmp_path, content)
    message = str(caught.value)
    for word in ["run.csv", *words]:
        assert word in message
    assert "\n" not in message and "command" in caught.value.way_out


def test_no_two_bad_files_share_a_message(tmp_path):
    seen = {}
    for name, (content, _words) in BAD.items():
        with pytest.raises(RecordingError) as caught:
            read(tmp_path, content)
        seen.setdefault(caught.value.what, []).append(name)
    assert [names for names in seen.values() if len(names) > 1] == [
        ["header_only", "header_and_blank"]
    ]


def test_a_folder_and_a_name_that_is_not_there(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(RecordingError, match="Cannot read"):
            recording.read(path)


def test_a_quaternion_of_zeros_is_no_data_and_no_error(tmp_path):
    got = read(tmp_path, text("0,0,0,0,0,0,9.81,0", good(0.01)))
    assert got.q[0].tolist() == [0, 0, 0, 0] and len(got) == 2


def test_round_trip_of_a_made_run(tmp_path):
    made = runner(run_s=2, first_s=-3.0)
    got = read(tmp_path, csv_text(made))
    for name in ("t_ms", "q", "a", "g"):
        assert np.array_equal(getattr(got, name), getattr(made, name)), name
    assert math.isclose(got.seconds, made.seconds)
