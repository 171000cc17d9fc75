"""From the source that people read to the image that a clip runs.

The source is written for readers; a clip has 154 kB of heap for all of it. So the installer links
the modules of the clip into a few (``link``), puts constants in the place of their names (``fold``)
and small functions in the place of their calls (``inline``), leaves out what nothing uses
(``prune``), puts base classes into their one subclass (``base_classes``) and methods into the one
place that calls them (``splice``), gives private names one or two letters (``shorten``), and has
mpy-cross compile the result (``mpy``). ``lines`` knows which line of the source stands behind a
line of the image, so that an error told by a clip can be read.
"""
