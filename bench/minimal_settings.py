"""The same bare insert in a Django without apps and middleware: the most that the framework can do here."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = ["bench.bare"]
MIDDLEWARE = []
TEMPLATES = []
ROOT_URLCONF = "bench.bare.alone"
