"""One table, one view, one insert: the yardstick of `bench.create`."""
