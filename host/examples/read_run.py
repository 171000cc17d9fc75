"""Read a run of a clip with numpy: python read_run.py FILE.leanrun"""

import sys

import numpy as np
from leancue import api

for run in api.read_runs(sys.argv[1]):
    steps = run.steps
    print(f"Run {run.run_id} of {run.patient}: {len(steps.t_s)} steps, {len(run.cues.t_s)} cues")
    minute = (steps.t_s // 60).astype(int)
    for number in np.unique(minute):
        part = minute == number
        lean, cadence = steps.lean_deg[part].mean(), steps.cadence_spm[part].mean()
        print(f"  minute {number + 1}: lean {lean:.1f}° at {cadence:.0f} steps/min")
    force_mps2 = np.sqrt(run.raw.ax_mps2**2 + run.raw.ay_mps2**2 + run.raw.az_mps2**2)
    if len(force_mps2):
        print(f"  raw samples: {len(force_mps2)}, largest force {force_mps2.max():.0f} m/s²")
