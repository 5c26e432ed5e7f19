"""Hostile inputs for everything that reads: ``python -m fuzz --inputs 200000``.

A target makes inputs from a seed and hands them to the package.  What the package may
raise is documented: an error of the package's own, that says where, what and how.
Anything else is a finding, and so are a hang, a gigabyte of memory, a write outside
the target's folder and a connection to a network.
"""
