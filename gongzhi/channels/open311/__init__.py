"""Open311 GeoReport v2 as plain values: reading arguments, writing answers. No database.

The specification: https://wiki.open311.org/GeoReport_v2
"""
