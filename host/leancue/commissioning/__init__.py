"""Commissioning: a clip that was just built is asked about each of its parts.

``facts`` are what the clip measures, ``guided_check`` leads through the acts, ``rules`` is the
table of what can be wrong, with cause and way out; ``levelling`` makes motors alike, ``label``
prints one.
"""
