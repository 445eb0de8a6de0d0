"""The doors themselves: read what came, make one call, answer in the caller's own protocol."""
