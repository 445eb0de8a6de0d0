"""The gallery at `/components`: every component in every state, to look at and to test."""
