"""Judge the same run by another coach: python other_coach.py RECORDING.csv [PRESCRIPTION.toml]"""

import sys

from leancue import api


class HalfTheCues(api.Coach):
    """Gives every second cue only; the cap's are never left out."""

    def reset(self) -> None:
        super().reset()
        self.wanted = 0

    def step(self, stride, steps, plan) -> int:
        cue = super().step(stride, steps, plan)
        if not cue or api.CUES[cue] == "cap":
            return cue
        self.wanted += 1
        return cue if self.wanted % 2 else 0


recording = api.read_recording(sys.argv[1])
prescription = sys.argv[2] if len(sys.argv) > 2 else None
for coach in (api.Coach(), HalfTheCues()):
    cues = api.replay(recording, prescription, coach=coach).cues
    print(f"{type(coach).__name__}: {len(cues.t_s)} cues, first at {cues.t_s[:3]} s")
