"""Test damaged frames on MicroPython; prints the score as JSON."""

import json
import sys

import damage_core  # type: ignore[import-not-found]  # MICROPYPATH leads to it

NAMES = ("frames", "crashes", "undetected", "out_of_step", "refused")
score = damage_core.judge(int(sys.argv[1]), 77)
sys.stdout.write(json.dumps(dict(zip(NAMES, score))))  # noqa: B905 (not on MicroPython)
