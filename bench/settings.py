"""The project's settings with one more table and address: the bare insert that others are held against."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "bench.bare"]
ROOT_URLCONF = "bench.bare.urls"
