# mypy: ignore-errors
"""How much heap the clip's program takes: after its imports, and started. For MicroPython."""

import gc
import json
import sys

gc.collect()
BARE = gc.mem_alloc()

from leandevice.app import App  # noqa: E402
from leandevice.parts import Parts  # noqa: E402

gc.collect()
IMPORTED = gc.mem_alloc()

from clip_rig import Board  # noqa: E402

gc.collect()
RIG = gc.mem_alloc() - IMPORTED
app = App(Parts(Board()))
app.start()
app.tick()
gc.collect()
sys.stdout.write(
    json.dumps({"imported": IMPORTED - BARE, "started": gc.mem_alloc() - BARE - RIG}) + "\n"
)
