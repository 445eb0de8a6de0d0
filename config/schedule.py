"""All timed jobs, in one list. Any number of workers may run; each run is done by one of them.

A job is a function `run(*, at)` in some app's `jobs.py`. It may run twice, late, or in two processes.
"""

from datetime import timedelta

from gongzhi.core.jobs import TimedJob

JOBS = (
    TimedJob("core.reap", every=timedelta(seconds=15), run="gongzhi.core.jobs.reap"),
    TimedJob("core.sweep", every=timedelta(hours=1), run="gongzhi.core.jobs.sweep"),
    TimedJob("notices.send_due", every=timedelta(seconds=15), run="gongzhi.notices.jobs.send_due"),
)
