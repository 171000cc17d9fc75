"""Steps, strides, activity, and where a run begins."""
