"""A within-person study: sessions with and without cues, in random order.

``allocation`` draws the order, ``study_file`` stores the study and the shown sessions, ``steps``
has the actions (enrol, next, unlock), ``outcomes`` reads the library, ``retention`` computes means
with intervals, ``study_export`` writes the data set with its dictionary.
"""
