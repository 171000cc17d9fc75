"""Build the site: python -m tools.site [--out out/site] [--quick]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.site.build import build

parser = argparse.ArgumentParser(description="Build the project's site; no network is needed.")
parser.add_argument("--out", type=Path, default=Path("out/site"), help="output folder, replaced")
parser.add_argument("--quick", action="store_true", help="grey pictures, short runs in the demo")
asked = parser.parse_args()
html = build(asked.out, real_pictures=not asked.quick, short_demo=asked.quick)
sys.stdout.write(f"The site is built: open {html / 'index.html'}\n")
