"""From readable source to the image that a clip runs.

The source is written for readers, but a clip has only 154 kB of heap. So the installer links the
clip's modules into a few (``link``), folds constants (``fold``), inlines small functions
(``inline``), removes unused code (``prune``), merges base classes into their only subclass
(``base_classes``) and methods into their only caller (``splice``; early returns become branches,
``single_exit``), shortens private names to one or two letters (``shorten``), and compiles the
result with mpy-cross (``mpy``). ``lines`` maps lines of the image to lines of the source, so that a
clip's error can be read.
"""
