"""Doors of the workbench: batches, saved views, what changed."""
