"""Parts of the orientation bench; `tools/bench_orientation.py` puts them together."""
