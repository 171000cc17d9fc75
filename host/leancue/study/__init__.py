"""A study within persons: sessions with and without cues, in an order that chance decides.

``allocation`` draws the order, ``study_file`` keeps what was drawn and shown, ``steps`` is what one
does (enrol, next, unlock), ``outcomes`` reads the library, ``retention`` gives means with their
intervals, ``study_export`` writes the data set with its dictionary.
"""
