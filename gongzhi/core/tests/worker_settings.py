"""The real settings with the sample timed jobs, for workers that tests start as processes."""

from config.settings import *  # noqa: F403

TIMED_JOBS = "gongzhi.core.tests.sample_tasks.JOBS"
