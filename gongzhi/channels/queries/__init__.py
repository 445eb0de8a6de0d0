"""Reads of the doors to the outside."""
