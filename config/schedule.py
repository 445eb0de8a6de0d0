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
    TimedJob(
        "cases.run_helping_ladder", every=timedelta(minutes=1), run="gongzhi.cases.jobs.run_helping_ladder"
    ),
    # People look for what was raised a moment ago.
    TimedJob("cases.index_search", every=timedelta(seconds=3), run="gongzhi.cases.jobs.index_search"),
    # The desk opens a matter minutes after it came, not seconds.
    TimedJob("cases.propose", every=timedelta(seconds=5), run="gongzhi.cases.jobs.propose"),
    TimedJob("cases.learn", every=timedelta(days=1), run="gongzhi.cases.jobs.learn"),
    TimedJob("cases.end_pauses", every=timedelta(minutes=1), run="gongzhi.cases.jobs.end_pauses"),
    TimedJob(
        "cases.remind_of_supervisions",
        every=timedelta(minutes=1),
        run="gongzhi.cases.jobs.remind_of_supervisions",
    ),
    TimedJob(
        "cases.remind_of_reviews", every=timedelta(minutes=5), run="gongzhi.cases.jobs.remind_of_reviews"
    ),
    TimedJob("cases.lapse_extensions", every=timedelta(minutes=1), run="gongzhi.cases.jobs.lapse_extensions"),
    TimedJob(
        "cases.remind_of_experts", every=timedelta(minutes=5), run="gongzhi.cases.jobs.remind_of_experts"
    ),
    # WeChat keeps a photo for three days, but the resident looks for it now.
    TimedJob("channels.fetch_media", every=timedelta(seconds=15), run="gongzhi.channels.jobs.fetch_media"),
    TimedJob("channels.sweep", every=timedelta(hours=6), run="gongzhi.channels.jobs.sweep"),
    TimedJob("hotline.sweep", every=timedelta(hours=6), run="gongzhi.hotline.jobs.sweep"),
    TimedJob("cases.close_unrated", every=timedelta(minutes=5), run="gongzhi.cases.jobs.close_unrated"),
    TimedJob("cases.sweep_files", every=timedelta(days=1), run="gongzhi.cases.jobs.sweep_files"),
    TimedJob("cases.refresh_figures", every=timedelta(minutes=1), run="gongzhi.cases.jobs.refresh_figures"),
    TimedJob("cases.expire_exports", every=timedelta(minutes=30), run="gongzhi.cases.jobs.expire_exports"),
    # Whoever pressed looks at a countdown: when it is over, it begins.
    TimedJob("workbench.run_batches", every=timedelta(seconds=2), run="gongzhi.workbench.jobs.run_batches"),
    # Flags wait for a person, not for a minute.
    TimedJob("cases.find_flags", every=timedelta(hours=6), run="gongzhi.cases.jobs.find_flags"),
    TimedJob("knowledge.index", every=timedelta(seconds=10), run="gongzhi.knowledge.jobs.index"),
    TimedJob("knowledge.remind", every=timedelta(hours=6), run="gongzhi.knowledge.jobs.remind"),
    TimedJob("knowledge.forget", every=timedelta(hours=6), run="gongzhi.knowledge.jobs.forget"),
    TimedJob("followup.fill_lists", every=timedelta(minutes=5), run="gongzhi.followup.jobs.fill_lists"),
    TimedJob(
        "mediation.run_reminders", every=timedelta(minutes=5), run="gongzhi.mediation.jobs.run_reminders"
    ),
)
