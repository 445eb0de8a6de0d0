"""Writes of the doors to the outside: each maps a foreign form onto one or two actions of cases."""
