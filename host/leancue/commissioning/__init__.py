"""Commissioning: checks each part of a newly built clip.

``facts`` are the clip's measurements, ``guided_check`` guides through them, ``rules`` is the table
of possible mistakes with cause and way out; ``levelling`` equalises motors, ``label`` prints a
label.
"""
