"""All writes of cases, split by stage of the loop.

`intake` registers and settles, `dispatching` accepts to refers down, `handling` signs to resolves,
`judging` is
the resident's part and what follows from it, `story` adds words and pictures, `ladder` is what time does.
`moves` is the one place where a transition is written: lock, check, clocks, row, audit.
"""
