"""Parts of `tools/bench_wire.py`."""
