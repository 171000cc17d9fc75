"""Reading recordings: valid files, and every way in which a file can be wrong."""

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


PLAIN = text(good(0), good(0.01), good(0.02))
FORMS = {
    "bom": b"\xef\xbb\xbf" + PLAIN.encode(),
    "two boms": b"\xef\xbb\xbf" * 2 + PLAIN.encode(),
    "utf-16": PLAIN.encode("utf-16"),
    "utf-16 without a mark": PLAIN.encode("utf-16-le"),
    "utf-32": PLAIN.encode("utf-32"),
    "a name above it": "Läufer: Müller\n".encode("cp1252") + PLAIN.encode(),
    "° in a row of units": (
        HEAD + ",roll\ns,,,,,m/s²,m/s²,m/s²,°\n" + PLAIN.split("\n", 1)[1].replace("\n", ",1\n")
    ).encode("cp1252"),
    "crlf": PLAIN.replace("\n", "\r\n"),
    "cr": PLAIN.replace("\n", "\r"),
    "blank lines": PLAIN.replace("\n", "\n\n"),
    "no end": PLAIN.rstrip("\n"),
    "zeros behind": PLAIN.encode() + b"\0" * 100,
    "semicolons": PLAIN.replace(",", ";"),
    "decimal commas": PLAIN.replace(",", ";").replace(".", ","),
    "tabs": PLAIN.replace(",", "\t"),
    "tabs and decimal commas": PLAIN.replace(",", "\t").replace(".", ","),
    "sep": "sep=;\n" + PLAIN.replace(",", ";"),
    "quotes": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in PLAIN.split("\n") if line
    ),
    "quoted decimal commas": PLAIN.replace("0.01", '"0,01"').replace("0.02", '"0,02"'),
    "comments": "# by a logger, of a run\n// twice\n" + PLAIN + "# end\n",
    "names in a comment": "# " + PLAIN,
    "lines before the names": "Device: a logger\nRate;100\n\n" + PLAIN,
    "units": PLAIN.replace("\n", "\ns,,,,,m/s^2,m/s^2,m/s^2\n", 1),
    "empty cells behind": PLAIN.replace("\n", ",,\n"),
    "empty cells behind samples": PLAIN.replace("\n", ",\n").replace("az,", "az"),
    "large letters": PLAIN.replace(HEAD, HEAD.upper()),
    "stamps of a serial monitor": "".join(f"11:44:07.123 -> {x}\n" for x in PLAIN.split()),
    "old units' sign": PLAIN.replace("ax", "ax (m/s\u00b2)").encode("cp1252"),
    "dates": text(*(f"2024-05-01T08:00:00.{i * 10:03d}Z,{ROW}" for i in range(3))),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_table_reads_the_same(tmp_path, form):
    content = FORMS[form]
    got, plain = read(tmp_path, content), read(tmp_path, PLAIN)
    assert (got.t_ms - got.t_ms[0]).tolist() == [0, 10, 20]
    assert np.array_equal(got.a, plain.a) and np.array_equal(got.q, plain.q)


Q = "0.5,0.5,-0.5,0.5"
LOGGERS = {
    "Xsens DOT": (
        "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Quat_Z,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,"
        f"Gyr_Z\n1,5000000,{Q},1,9.5,2,57.29578,0,-114.59156\n"
    ),
    "Shimmer": (
        "sep=\t\n" + "\t".join(
            f"Shimmer_8665_{name}_CAL" for name in (
                "Timestamp_Unix", "Accel_LN_X", "Accel_LN_Y", "Accel_LN_Z", "Gyro_X", "Gyro_Y",
                "Gyro_Z", "Quat_Madge_9DOF_W", "Quat_Madge_9DOF_X", "Quat_Madge_9DOF_Y",
                "Quat_Madge_9DOF_Z",
            )
        ) + "\t\nms\tm/(s^2)\tm/(s^2)\tm/(s^2)\tdeg/s\tdeg/s\tdeg/s"
        + "\tno_units" * 4 + "\t\n5000\t1\t9.5\t2\t57.29578\t0\t-114.59156\t"
        + Q.replace(",", "\t") + "\t\n"
    ),
    "phyphox and an orientation": (
        "Time (s),Acceleration x (m/s^2),Acceleration y (m/s^2),Acceleration z (m/s^2),"
        "Gyroscope x (rad/s),Gyroscope y (rad/s),Gyroscope z (rad/s),qw,qx,qy,qz\n"
        f"5,1,9.5,2,1,0,-2,{Q}\n"
    ),
    "Sensor Logger": (
        "time,seconds_elapsed,orientation_qz,qz,qy,qx,qw,acceleration_z,acceleration_y,"
        "acceleration_x,gyroscope_z,gyroscope_y,gyroscope_x\n"
        "1714550000000000000,5,0,0.5,-0.5,0.5,0.5,2,9.5,1,-2,0,1\n"
    ),
    "SensorLog": (
        "accelerometerTimestamp_sinceReboot(s),accelerometerAccelerationX(G),"
        "accelerometerAccelerationY(G),accelerometerAccelerationZ(G),motionRotationRateX(rad/s),"
        "motionRotationRateY(rad/s),motionRotationRateZ(rad/s),motionQuaternionX(R),"
        "motionQuaternionY(R),motionQuaternionZ(R),motionQuaternionW(R)\n"
        "5,-0.101972,-0.968730,-0.203943,1,0,-2,0.5,-0.5,0.5,0.5\n"
    ),
    "Shimmer with dates": (
        "\t".join(["Shimmer_8665_Timestamp_FormattedUnix_CAL"] + [
            f"Shimmer_8665_{name}_CAL" for name in (
                "Accel_LN_X", "Accel_LN_Y", "Accel_LN_Z", "Gyro_X", "Gyro_Y", "Gyro_Z",
                "Quat_Madge_9DOF_W", "Quat_Madge_9DOF_X", "Quat_Madge_9DOF_Y", "Quat_Madge_9DOF_Z",
            )
        ]) + "\nyyyy/mm/dd hh:mm:ss.000" + "\tm/(s^2)" * 3 + "\tdeg/s" * 3 + "\tno_units" * 4
        + "\n1970/01/01 00:00:05.000\t1\t9.5\t2\t57.29578\t0\t-114.59156\t"
        + Q.replace(",", "\t") + "\n"
    ),
    "Sensor Logger, one file": (
        "time,seconds_elapsed,Orientation_qw,Orientation_qx,Orientation_qy,Orientation_qz,"
        "TotalAcceleration_x,TotalAcceleration_y,TotalAcceleration_z,Gyroscope_x,Gyroscope_y,"
        f"Gyroscope_z\n1714550000000000000,5,{Q},1,9.5,2,1,0,-2\n"
    ),
    "Capture.U and an orientation": (
        "time_s,ax_m/s/s,ay_m/s/s,az_m/s/s,gx_deg/s,gy_deg/s,gz_deg/s,qw,qx,qy,qz\n"
        f"5,1,9.5,2,57.29578,0,-114.59156,{Q}\n"
    ),
    "Adafruit's driver": (
        "t_ms,quat_i,quat_j,quat_k,quat_real,accel_x,accel_y,accel_z,gyro_x,gyro_y,gyro_z\n"
        "5000,0.5,-0.5,0.5,0.5,1,9.5,2,1,0,-2\n"
    ),
    "Xsens' text": (
        "// Update Rate: 100.0Hz\nPacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\t"
        "Gyr_Y\tGyr_Z\tQuat_q0\tQuat_q1\tQuat_q2\tQuat_q3\n1\t5000000\t1\t9.5\t2\t57.29578\t0\t"
        "-114.59156\t" + Q.replace(",", "\t") + "\n"
    ),
    "rostopic": (
        "%time,field.orientation.x,field.orientation.y,field.orientation.z,field.orientation.w,"
        "field.angular_velocity.x,field.angular_velocity.y,field.angular_velocity.z,"
        "field.linear_acceleration.x,field.linear_acceleration.y,field.linear_acceleration.z\n"
        "5,0.5,-0.5,0.5,0.5,1,0,-2,1,9.5,2\n"
    ),
    "ROS": (
        "time,orientation.x,orientation.y,orientation.z,orientation.w,angular_velocity.x,"
        "angular_velocity.y,angular_velocity.z,linear_acceleration.x,linear_acceleration.y,"
        "linear_acceleration.z\n5,0.5,-0.5,0.5,0.5,1,0,-2,1,9.5,2\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("logger", LOGGERS)
def test_the_columns_of_well_known_loggers_are_read(tmp_path, logger):
    got = read(tmp_path, LOGGERS[logger])
    assert got.t_ms.tolist() == [5000]
    assert got.q.tolist() == [[8192, 8192, -8192, 8192]]
    assert got.a.tolist() == [[256, 2432, 512]]
    assert got.g.tolist() == [[512, 0, -1024]]
    assert "ax from" in got.notes[0]


def test_axivity_has_dates_and_no_orientation(tmp_path):
    path = tmp_path / "run.csv"
    names = "Time, Accel-X (g), Accel-Y (g), Accel-Z (g), Gyro-X (d/s), Gyro-Y (d/s), Gyro-Z (d/s)"
    row = ",0.101972,0.96873,0.203943,57.29578,0,0\n"
    path.write_text(f"{names}\n2024-05-01 08:00:00.000{row}2024-05-01 08:00:00.010{row}")
    got = recording.read(path, needs_orientation=False)
    assert np.diff(got.t_ms).tolist() == [10] and not got.has_orientation
    assert got.a[0].tolist() == [256, 2432, 512] and got.g[0].tolist() == [512, 0, 0]
    with pytest.raises(RecordingError, match="--orientation own"):
        recording.read(path)


@pytest.mark.parametrize(
    "form",
    ["2026-03-29T01:59:59.{}Z", "2026-03-29 01:59:59,{}", "2026/03/29 01:59:59.{}", "01:59:59.{}",
     "29.03.2026 01:59:59.{}", "2026-03-29T01:59:59.{}+02:00", "2026-03-29T01:59:59.{}000-0500"],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_dates_are_read_as_loggers_write_them(tmp_path, form):
    cells = ROW.replace(",", ";")
    rows = (f"{form.format(ms)};{cells}" for ms in ("980", "990"))
    got = read(tmp_path, text(*rows, head=HEAD.replace(",", ";")))
    assert np.diff(got.t_ms).tolist() == [10]


def test_a_zone_that_changes_in_the_night_of_the_clock_is_no_leap(tmp_path):
    rows = ("2026-10-25T02:59:59.990000+02:00," + ROW, "2026-10-25T02:00:00.000000+01:00," + ROW)
    assert np.diff(read(tmp_path, text(*rows)).t_ms).tolist() == [10]


def test_a_counter_of_32_bits_goes_on_where_it_begins_anew(tmp_path):
    times_us = [(2**32 - 20_000 + 10_000 * i) % 2**32 for i in range(5)]
    rows = (f"{t_us},{ROW}" for t_us in times_us)
    got = read(tmp_path, text(*rows, head=HEAD.replace("t_s", "t_us")))
    assert np.diff(got.t_ms).tolist() == [10] * 4


def test_an_xsens_station_counts_in_tenths_of_milliseconds(tmp_path):
    """Its unit is not in the file: the one is taken that can be."""
    lines = csv_text(runner(run_s=4.0)).splitlines()[1:]
    rows = [f"{float(line.split(',')[0]) * 1e4:.0f},{line.split(',', 1)[1]}" for line in lines]
    names = "SampleTimeFine,Quat_q0,Quat_q1,Quat_q2,Quat_q3,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z"
    got = read(tmp_path, text(*rows, head=names))
    assert np.array_equal(got.t_ms, runner(run_s=4.0).t_ms) and got.has_gyro


def test_columns_of_two_sensors_are_not_chosen_from(tmp_path):
    one = ("Timestamp_Unix_CAL", "Accel_LN_X_CAL", "Accel_LN_Y_CAL", "Accel_LN_Z_CAL")
    names = [f"Shimmer_{of}_{name}" for of in ("A1", "B2") for name in one]
    with pytest.raises(RecordingError) as caught:
        path = tmp_path / "run.csv"
        path.write_text(text("0,0,9.81,0,0,0,9.81,0", head=",".join(names)))
        recording.read(path, needs_orientation=False)
    assert "Shimmer_A1_Timestamp_Unix_CAL" in caught.value.what
    assert "in Shimmer_B2_Timestamp_Unix_CAL once more" in caught.value.what


BAD = {
    "empty": ("", ["line 1", "empty"]),
    "header_only": (HEAD + "\n", ["no samples"]),
    "header_and_blank": (HEAD + "\n\n\r\n", ["no samples"]),
    "no_header": (good(0) + "\n" + good(0.01) + "\n", ["line 1", "names of the columns"]),
    "missing": (text("0,1", head="t_s,qw"), ["lacks column qx, qy, qz, ax, ay, az"]),
    "misspelt": (text(good(), head=HEAD.replace("t_s", "t_ss")), ["t_s (is t_ss meant?)"]),
    "twice": (text(good() + ",1", head=HEAD + ",qw"), ["column qw twice"]),
    "half_gyro": (text(good() + ",1", head=HEAD + ",gx"), ["lacks column gy, gz"]),
    "no_delimiter": (text(good()).replace(",", " "), ["line 1", "no comma"]),
    "repeated_names": (text(good(), HEAD, good(0.01)), ["line 3", "repeats the names"]),
    "unknown_unit": (text(good(), head=HEAD.replace("ax", "ax (furlongs)")), ["'furlongs'", "g"]),
    "free_acceleration": (
        text(good(), head=HEAD.replace(",a", ",FreeAcc_")), ["FreeAcc_x", "without gravity"],
    ),
    "whole_seconds": (
        text(*(f"{i // 5},1,0,0,0,{i},9.81,0" for i in range(40))),
        ["line 3", "rounded", "several sensors"],
    ),
    "decimal_comma": (text(good(), "0,01," + ROW), ["line 3", "9 cells", "8"]),
    "cut_short": (text(good(), "0.01,1,0", good(0.02)), ["line 3", "3 cells"]),
    "cut_at_the_end": (text(good(), "0.01,1,0"), ["line 3", "3 cells", "last line is cut short"]),
    "text": (text(good(), "0.01,1,x,0,0,0,9.81,0"), ["line 3, column qx", "'x', not a number"]),
    "empty_cell": (text(good(), "0.01,1,,0,0,0,9.81,0"), ["line 3, column qx", "''"]),
    "text_after_blank": (text(good(), "", "0.01,1,x,0,0,0,9.81,0"), ["line 4, column qx"]),
    "nan": (text(good(), "0.01,1,0,0,0,nan,9.81,0"), ["line 3, column ax", "nan"]),
    "inf": (text("inf," + ROW), ["line 2, column t_s", "inf"]),
    "backwards": (
        text(good(1), good(0.5)), ["line 3, column t_s", "backwards from 1 s", "split the file"],
    ),
    "repeated": (text(good(1), good(1)), ["line 3", "repeats the line before"]),
    "repeated_time": (text(good(1), "1,1,0,0,0,1,9.81,0"), ["line 3", "repeats the time"]),
    "half_a_clock": (text("08:15," + ROW), ["line 2, column t_s", "'08:15'", "nor a date"]),
    "day_or_month": (text("03/04/2026 08:00:00.0," + ROW), ["line 2", "nor a date", "2026-11-03"]),
    "no_time": (text("2026-11-03 08:00:00.0," + ROW, "NaT," + ROW), ["line 3", "'NaT'"]),
    "other_digits": (text(good(), "٠.01," + ROW), ["line 3, column t_s", "not a number"]),
    "bar_in_a_number": (text(good(), "1_0," + ROW), ["line 3, column t_s", "'1_0'"]),
    "too_close": (text(good(1), good(1.0004)), ["line 3", "0.4 ms", "closer than 1 ms"]),
    "too_far": (text(good(0), good(1e12)), ["line 3, column t_s", "too far"]),
    "not_unit": (text(good(), "0.01,2,0,0,0,0,9.81,0"), ["line 3", "qw, qx", "length 2"]),
    "no_orientation": (text("0,0,0,0,0,0,9.81,0"), ["no orientation"]),
    "not_utf8": (
        text(*(good(i / 100) for i in range(90)), "\xb0").encode("latin-1"),
        ["line 92", "not text"],
    ),
    "zeros": (text(good(), "\0" + good(0.01)), ["line 3", "zero bytes"]),
    "one_letter": (text(good(), "x", good(0.01)), ["line 3", "1 cells"]),
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


def test_names_may_lack_before_dates_too(tmp_path):
    with pytest.raises(RecordingError, match="numbers where the names of the columns should be"):
        read(tmp_path, "".join(f"2026-11-03 08:00:00.{i},{ROW}\n" for i in range(3)))


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
