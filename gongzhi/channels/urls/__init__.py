"""Addresses of the doors to the outside."""
