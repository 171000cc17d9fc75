"""Cohorts, for a researcher: the library as a Parquet data set, and every run analysed anew.

``dataset.write`` gives the data set (schema in ``schema``, and in the data set's own README);
``Changes`` says what is to be other than on the day; ``reanalysis.analyse`` works one run
out anew; ``parallel`` does it for many, on this machine or on a Dask cluster, with the same result.
"""
