"""Steps, strides, activity, and the onset of a run."""
