"""Pages of residents, without sign-in: home, raise a matter, track it, answer, verify a receipt, notice
board.

A GET never changes anything, so a mail scanner that opens a link does no harm. Pages with a receipt code in
their address are never kept by a cache, never indexed, and never named to another site.
"""
