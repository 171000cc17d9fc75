"""Golden results: inputs, cases, outputs and differences (``tools/golden.py``)."""
