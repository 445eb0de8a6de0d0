"""Settings of Gongzhi: one file, typed from the environment, with defaults that run on one machine.

`GONGZHI_DATA` is the one folder that holds database, keys, files and lake. Every name read here is described
in docs/operations.md; a test compares the two.
"""

from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from gongzhi.core import keys, logs

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("GONGZHI_DATA", str(BASE_DIR / "data"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = env.bool("GONGZHI_DEBUG", False)
SECRET_KEY = env.str("GONGZHI_SECRET_KEY", "") or keys.secret_key(DATA_DIR)
ALLOWED_HOSTS = env.list("GONGZHI_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("GONGZHI_ORIGINS", [])
PUBLIC_ADDRESS = env.str("GONGZHI_PUBLIC_ADDRESS", f"http://localhost:{env.str('PORT', '8000')}")
"""Where people reach the system; printed into links, mails and QR codes."""

PROXIES = env.int("GONGZHI_PROXIES", 0)
"""How many proxies stand in front: as many entries of X-Forwarded-For are believed, from the right."""

COUNTY_CODE = env.str("GONGZHI_COUNTY", "610921")
CASE_PREFIX = env.str("GONGZHI_CASE_PREFIX", "HY")

INSTALLED_APPS = [
    "gongzhi.core",
    "gongzhi.audit",
    "gongzhi.orgs",
    "gongzhi.language",
    "gongzhi.rulebook",
    "gongzhi.notices",
    "gongzhi.knowledge",
    "gongzhi.cases",
    "gongzhi.mediation",
    "gongzhi.workbench",
    "gongzhi.channels",
    "gongzhi.hotline",
    "gongzhi.followup",
    "gongzhi.site",
    "gongzhi.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "gongzhi.core.middleware.RequestNumberMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages at a quarter of their bytes; it adds bytes at random, so that their length says nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "gongzhi.core.middleware.CleanInputMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gongzhi.orgs.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
    "gongzhi.core.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "gongzhi.site.context.layout",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'gongzhi.sqlite3'}"),
        conn_max_age=600,
        # Once a request, so that after a restart of the database nobody meets a connection that died.
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
CRYPTO_PROFILE = env.str("GONGZHI_CRYPTO", "standard")
"""How personal fields are sealed from now on: `standard` (AES, SHA-256) or `national` (SM4, SM3)."""
# What counts tries counts for all processes and survives a restart: docs/adr/0015-limits-in-the-database.md.
CACHES = {"default": {"BACKEND": "gongzhi.core.shared_cache.SharedCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"

# Who limits what (docs: gongzhi/orgs/README.md, Sign-in). axes: wrong passwords per account and address.
# allauth: how often anyone may try at all, one-time codes too. Both count in the database, for all processes.
LOCKOUT_TRIES = env.int("GONGZHI_LOCKOUT_TRIES", 5)
LOCKOUT_MINUTES = env.int("GONGZHI_LOCKOUT_MINUTES", 15)
AXES_FAILURE_LIMIT = LOCKOUT_TRIES
AXES_COOLOFF_TIME = timedelta(minutes=LOCKOUT_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "gongzhi.orgs.sign_in.lockout_name"
AXES_CLIENT_IP_CALLABLE = "gongzhi.orgs.network.client_address"
AXES_LOCKOUT_CALLABLE = "gongzhi.orgs.sign_in.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "csrfmiddlewaretoken", "ip_address"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": f"{4 * LOCKOUT_TRIES}/{LOCKOUT_MINUTES}m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ACCOUNT_ADAPTER = "gongzhi.orgs.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
MFA_ADAPTER = "gongzhi.orgs.sign_in.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "gongzhi.orgs.codes.SignInCodeForm",
    "reauthenticate": "gongzhi.orgs.codes.CodeAgainForm",
    "activate_totp": "gongzhi.orgs.codes.SetUpForm",
    "add_webauthn": "gongzhi.orgs.passkeys.AddForm",
    "edit_webauthn": "gongzhi.orgs.passkeys.RenameForm",
    "login_webauthn": "gongzhi.orgs.passkeys.SignInForm",
    "authenticate_webauthn": "gongzhi.orgs.passkeys.SecondFactorForm",
    "reauthenticate_webauthn": "gongzhi.orgs.passkeys.AgainForm",
}
MFA_TOTP_ISSUER = "Gongzhi"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

HTTPS = env.bool("GONGZHI_HTTPS", PUBLIC_ADDRESS.startswith("https://"))
"""Whether people reach the system over HTTPS: then cookies are sent over nothing else."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "gongzhi.core.middleware.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("GONGZHI_SESSION_DAYS", 14) * 86400
"""How long "remember me" lasts; without it a session ends with the browser."""
TOKEN_MAX_DAYS = env.int("GONGZHI_TOKEN_MAX_DAYS", 366)
"""The longest life of an access token of a program."""

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

GALLERY = env.bool("GONGZHI_GALLERY", DEBUG)
"""Whether the gallery of components is shown at /components."""

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-build" / "collected"
STATICFILES_DIRS = [folder for folder in (BASE_DIR / "static-build" / "assets",) if folder.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # The name of each file carries a digest of its content, so browsers may keep it for ever.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Everything a page shows or runs comes from here; styles and scripts only from files.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

MAIL_HOST = env.str("GONGZHI_MAIL_HOST", "")
"""SMTP server that takes the mails; empty: mails are written to `outbox.jsonl` in the data folder instead."""
EMAIL_HOST = MAIL_HOST or "localhost"
EMAIL_PORT = env.int("GONGZHI_MAIL_PORT", 25)
EMAIL_HOST_USER = env.str("GONGZHI_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.str("GONGZHI_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.bool("GONGZHI_MAIL_TLS", False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.str("GONGZHI_MAIL_FROM", "gongzhi@localhost")
SMS_URL = env.str("GONGZHI_SMS_URL", "")
SMS_GATEWAY = {
    "url": SMS_URL,
    "secret": env.str("GONGZHI_SMS_SECRET", ""),
    "format": env.str("GONGZHI_SMS_FORMAT", "json"),
    "body": env.str("GONGZHI_SMS_BODY", '{"phone": "{phone}", "text": "{text}", "reference": "{reference}"}'),
    "result": env.str("GONGZHI_SMS_RESULT", ""),
    "ok": env.list("GONGZHI_SMS_OK", ["0"]),
    "never": env.list("GONGZHI_SMS_NEVER", []),
    "private": env.bool("GONGZHI_SMS_PRIVATE", False),
}
"""The gateway for text messages: gongzhi/notices/gateway.py."""
NOTICE_PORTS = {
    "mail": "gongzhi.notices.ports.MailPort" if MAIL_HOST else "gongzhi.notices.ports.FilePort",
    "sms": env.str("GONGZHI_SMS_PORT", "gongzhi.notices.gateway.GatewayPort" if SMS_URL else ""),
    "chat": "gongzhi.notices.messengers.MessengerPort" if env.bool("GONGZHI_CHAT", False) else "",
}
"""Class that serves each channel, by dotted path; empty: not used. See gongzhi/notices/ports.py."""

# The doors to the outside; each is closed while its secret is empty. Set-up: docs/channels.md.
MAIL_IN_SECRET = env.str("GONGZHI_MAIL_IN_SECRET", "")
SMS_IN_SECRET = env.str("GONGZHI_SMS_IN_SECRET", "")
HOTLINE_SECRET = env.str("GONGZHI_HOTLINE_SECRET", "")
WECHAT_APP_ID = env.str("GONGZHI_WECHAT_APP_ID", "")
WECHAT_TOKEN = env.str("GONGZHI_WECHAT_TOKEN", "")
WECHAT_AES_KEY = env.str("GONGZHI_WECHAT_AES_KEY", "")
"""EncodingAESKey, 43 signs: with it only sealed messages are taken."""
WECHAT_SECRET = env.str("GONGZHI_WECHAT_SECRET", "")
WECHAT_API = env.str("GONGZHI_WECHAT_API", "https://api.weixin.qq.com")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
TIMED_JOBS = "config.schedule.JOBS"

LOGGING = logs.configuration(
    style=env.str("GONGZHI_LOG", "plain"), level=env.str("GONGZHI_LOG_LEVEL", "INFO")
)
"""Log lines go to standard error: `plain` for a person, `json` for machines."""
