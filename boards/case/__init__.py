"""The clip's case: sizes of boards and parts, a parametric model, its checks and its drawings.

Axes: x to the wearer's right, y up, z away from the back, like the sensor's. The origin is the
inner lower left corner of the back wall, seen from behind. Lengths are in mm unless a name says
otherwise. The model needs the extra ``case`` (build123d); sizes, parts and steps do not.
"""
