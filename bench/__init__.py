"""Measured runs. `make bench` prints one table; figures are ratios within a run, for machines differ."""
