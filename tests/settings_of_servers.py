"""Settings of server processes that tests start: the real ones with a fast password hash, nothing else."""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
