"""Invalid or extreme prescriptions (TOML)."""

from __future__ import annotations

from pathlib import Path
from random import Random

from leancore.coaching import prescription
from leancue.prescriptions.prescription_file import dump

from tools.fuzzing import hostile_values
from tools.fuzzing.desk import typed
from tools.fuzzing.trials import Trial

_SOUND = dump(prescription.checked({"patient": "K-014", "baseline_cdeg": 620}))
_KEYS = ("patient", "baseline_deg", "offset_low_deg", "offset_high_deg", "cap_offset_deg", "gain",
         "ramp_sessions", "raw", "plan", "sessions", "minutes", "feedback_shares", "ofset_low_deg",
         "a", "a.b.c", '"\\u001b[2J"', '""', "π")  # fmt: skip
_VALUES = (
    "1", "-1", "7.0", "7.001", "0.0000000001", "1e999999999", "-1e-999999999", "0e999999999",
    "0.0e-99999", "inf", "-inf", "nan", "+nan", "9" * 60, "9" * 5000, "0." + "3" * 900, "0x1F",
    "0b1", "1_000", "true", "false", '"x"', '"\\u0000"', '"\\u001b[31m"', "'K-014'", '"K 014"',
    '"""\nx\n"""', "[]", "[1]", "[[[]]]", "[" * 300, "[" * 900 + "]" * 900, "{}", "{a=1}",
    "{a={a={a=1}}}", "1979-05-27T07:32:00Z", "07:32:00", "1979-05-27", '["\\ud7ff"]', "",
    "[15, 17, 19]", "[15, " * 60, "[1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.1]",
    '"' + "K" * 400 + '"',
)  # fmt: skip
_TABLES = ("[plan]", "[[plan]]", "[a.b]", "[" + "a." * 200 + "a]", "a." * 20 + "a = 1",
           "a." * 20_000 + "a = 1")  # fmt: skip


def make(folder: Path) -> Trial:
    """Return the trial."""

    def trial(chance: Random, _folder: Path) -> bool:
        file = folder / "p.toml"
        file.write_bytes(mutated(chance))
        return typed("prescribe", "check", str(file), *chance.choice(((), ("--json",)))) == 0

    return trial


def mutated(chance: Random) -> bytes:
    """Return a prescription with an error in it."""
    lines = _SOUND.splitlines()
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(lines))
        line = f"{chance.choice(_KEYS)} = {chance.choice(_VALUES)}"
        what = chance.randrange(7)
        if what < 2:
            lines[at] = f"{lines[at].partition('=')[0]}= {chance.choice(_VALUES)}"
        elif what == 2:
            lines.insert(at, line)
        elif what == 3:
            del lines[at]
        elif what == 4:
            lines[at:at] = [line] * chance.choice((2, 300))
        elif what == 5:
            lines.insert(at, chance.choice(_TABLES))
        lines = lines or [""]
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    return hostile_values.damaged(chance, text) if chance.random() < 0.3 else text
