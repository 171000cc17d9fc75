"""Replay a recording: python replay_recording.py RECORDING.csv"""

import sys

from leancue import api

recording = api.read_recording(sys.argv[1])
replayed = api.replay(recording)
steps = replayed.steps
print(f"{len(steps.t_s)} running steps in {recording.seconds:.0f} s")
print(f"mean lean {steps.lean_deg.mean():.1f}° at {steps.cadence_spm.mean():.0f} steps/min")
print(*replayed.noticed, sep="\n")
