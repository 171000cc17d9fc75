"""Parts of the accuracy bench; `tools/bench_accuracy.py` puts them together."""
