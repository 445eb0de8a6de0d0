"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# What is loaded here stays for good: walking it again and again while it grows would only cost a start a
# tenth of its time, and walking it later would cost every full collection of garbage.
gc.disable()
application = get_wsgi_application()
# Before the first request: nobody who asks first should wait for the pages to be loaded.
_ = get_resolver().url_patterns
gc.freeze()
gc.enable()
