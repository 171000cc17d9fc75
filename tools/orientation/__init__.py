"""Parts of the orientation bench, which `tools/bench_orientation.py` combines."""
