"""All timed jobs, in one list. Any number of workers may run; each run is done by one of them.

A job is a function `run(*, at)` in some app's `jobs.py`. It may run twice, late, or in two processes.
"""

from datetime import timedelta

from gongzhi.core.jobs import TimedJob

JOBS = (
    # So often that "sealed within a minute" holds even when two runs in a row fail.
    TimedJob("audit.seal", every=timedelta(seconds=20), run="gongzhi.audit.jobs.seal"),
    TimedJob("core.reap", every=timedelta(seconds=15), run="gongzhi.core.jobs.reap"),
    TimedJob("core.sweep", every=timedelta(hours=1), run="gongzhi.core.jobs.sweep"),
    TimedJob("notices.send_due", every=timedelta(seconds=15), run="gongzhi.notices.jobs.send_due"),
    TimedJob("cases.run_ladder", every=timedelta(seconds=30), run="gongzhi.cases.jobs.run_ladder"),
    TimedJob("cases.close_unrated", every=timedelta(minutes=5), run="gongzhi.cases.jobs.close_unrated"),
    TimedJob("cases.refresh_figures", every=timedelta(minutes=1), run="gongzhi.cases.jobs.refresh_figures"),
)
