"""All settings, read from the environment; a missing or unsafe value in production stops the start.

"Local" means that SITE_URL points at this machine: then a newcomer needs no variable at all.
"Production" is anything else with DEBUG off: then nothing is guessed.
"""

from email.utils import parseaddr
from pathlib import Path

from csp.constants import NONE, SELF

from cgtdouanes.environment import Environment, refuse_if
from cgtdouanes.operations import logs
from cgtdouanes.richtext import editor
from cgtdouanes.secrecy.secrets import is_guessable, local_secret_key
from cgtdouanes.stores import caches, databases
from cgtdouanes.stores.stored_at import stored_at

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Environment()

# Where the site is

DEBUG = env.flag("DEBUG", default=False)
_site = env.site("SITE_URL", default="http://127.0.0.1:8000")
SITE_URL = _site.geturl()
SITE_NAME = "CGT Douanes"

IS_LOCAL = _site.hostname in {"127.0.0.1", "localhost", "::1"}
IS_PRODUCTION = not DEBUG and not IS_LOCAL
IS_HTTPS = _site.scheme == "https"
refuse_if(
    IS_PRODUCTION and not IS_HTTPS,
    "SITE_URL commence par https:// : en clair, tout se lit sur le réseau.",
)

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname])
if IS_LOCAL:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
refuse_if(
    IS_PRODUCTION and any("*" in host or "/" in host for host in ALLOWED_HOSTS),
    "ALLOWED_HOSTS contient des noms de site, sans * ni https://.",
)
refuse_if(
    IS_PRODUCTION and _site.hostname not in ALLOWED_HOSTS,
    f"ALLOWED_HOSTS ne contient pas {_site.hostname} : ajoutez-le, ou retirez ALLOWED_HOSTS.",
)
refuse_if(
    DEBUG and IS_HTTPS and not IS_LOCAL,
    "DEBUG montre l’intérieur du site : retirez-le de ce serveur.",
)

SECRET_KEY = env.str("SECRET_KEY", default="")
refuse_if(
    not SECRET_KEY and IS_PRODUCTION,
    "SECRET_KEY est vide : tirez-en une au hasard (deploy/section.env).",
)
refuse_if(
    IS_PRODUCTION and is_guessable(SECRET_KEY),
    "SECRET_KEY a 50 caractères ou plus, tirés au hasard.",
)
SECRET_KEY = SECRET_KEY or local_secret_key(VAR_DIR)
# Earlier keys: they still open what they sealed and signed, and seal nothing any more.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
refuse_if(
    IS_PRODUCTION and any(is_guessable(key) for key in SECRET_KEY_FALLBACKS),
    "SECRET_KEY_FALLBACKS contient une clé devinable : retirez-la.",
)

# Whether officers must use a second factor in each session. Only the demo does without.
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=True)
refuse_if(
    IS_PRODUCTION and not REQUIRE_SECOND_FACTOR,
    "REQUIRE_SECOND_FACTOR=false ne sert qu’aux essais : retirez-le.",
)

# The application server: on this machine, or a private network; a proxy speaks to the world.
PORT = env.number("PORT", default=8000, most=65_535)
LISTEN = env.private_address("LISTEN", default="127.0.0.1")
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", default=2, most=1000)
# In seconds: what is scheduled is published beside it, where no service does; 0: never.
PUBLISH_EVERY = env.number("PUBLISH_EVERY", default=0, least=0)

# The application

INSTALLED_APPS = [
    "cgtdouanes.apps.ProjectConfig",
    "cgtdouanes.apps.AdminConfig",
    "cgtdouanes.search.apps.SearchConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_prose_editor",
    "import_export",
    "js_asset",
    "simple_history",
    "articles",
    "meetings",
    "members",
]

MIDDLEWARE = [
    "cgtdouanes.middleware.compress_pages",
    "cgtdouanes.pages.keeping.keep_pages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cgtdouanes.stores.replica.VisitorsReadReplica",
    "cgtdouanes.middleware.no_body_for_head",
    "csp.middleware.CSPMiddleware",
    "cgtdouanes.middleware.ask_for_no_sensor",
    "cgtdouanes.middleware.refuse_null_characters",
    "cgtdouanes.middleware.private_responses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.sign_in.middleware.suspend_unproven_mandates",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "articles.old_addresses.redirect_old_addresses",
]

ROOT_URLCONF = "cgtdouanes.urls"
WSGI_APPLICATION = "cgtdouanes.wsgi.application"
# The site stands at the root of its host, whatever a request says: what is drawn once for everybody
# would lead where one of them wanted.
FORCE_SCRIPT_NAME = ""

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
                "cgtdouanes.context_processors.site",
            ],
        },
    },
]

# Data

_pool = env.number("DATABASE_POOL", default=8, most=1000)
_main = env.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
DATABASES = {"default": databases.main_database(_main, _pool)}
# A replica of it, which reads for visitors.
if env.str("DATABASE_REPLICA_URL", default=""):
    _replica = env.database("DATABASE_REPLICA_URL")
    DATABASES["replica"] = databases.replica_of(_main, _replica, _pool)
    DATABASE_ROUTERS = ["cgtdouanes.stores.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by every worker, so that rate limits hold across them.
_cache = env.shared_cache("CACHE_URL", default=f"filecache://{VAR_DIR / 'cache'}")
refuse_if(
    IS_PRODUCTION and caches.is_of_one_process(_cache),
    "CACHE_URL désigne un cache que tous les processus partagent.",
)
CACHES = {"shared": caches.shared(_cache), "default": caches.steady()}
# When what visitors see was last changed: told by the cache if it may be shared by machines.
PAGES_SHARED_BY_CACHE = caches.is_on_a_server(_cache)
PAGES_FILE = Path(_cache.get("LOCATION") or VAR_DIR) / "pages"

# Uploaded files: in a folder, or in a bucket that several machines share.
MEDIA_STORAGE = env.str("MEDIA_STORAGE", default="")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "cgtdouanes.files.full_disk.UploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
UPLOAD_MAX_BYTES = 20 * 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": stored_at(MEDIA_STORAGE, "media"),
    "staticfiles": {"BACKEND": "cgtdouanes.static_files.StaticFilesStorage"},
}
if MEDIA_STORAGE:
    STORAGES["erasures"] = stored_at(MEDIA_STORAGE, "erasures")
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Language and time

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
FORMAT_MODULE_PATH = ["cgtdouanes.formats"]
USE_I18N = True
USE_TZ = True

# Accounts

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "members.backends.MandateBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "display_name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "cgtdouanes.secrecy.passwords.PredictablePasswordValidator",
        "OPTIONS": {"context": [SITE_NAME, *str(_site.hostname).split(".")]},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "members:space"
# Where the desk sends an officer whose session has not used one.
SECOND_FACTOR_URL = "members:second_factor"
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Accounts are opened by the section, which knows the address; a changed address must be confirmed.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
# The adapter writes to no stranger: it does for them the work that a letter costs, and no more.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Digits, in three groups, can be typed on any telephone.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": True, "length": 9}
# "key" is the address that was typed, whether or not it has an account, or the account whose
# second factor is asked for. A whole office may share one address on the network ("ip").
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key,50/d/key",
    "request_login_code": "20/m/ip,3/10m/key",
    "reset_password": "20/m/ip,3/10m/key",
    "access_request": "20/h/ip",
    "data_export": "5/h/user",
    # A name that is taken is told: nobody goes through the names of a whole office by that.
    "display_name": "10/d/user",
}
MFA_ADAPTER = "members.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "members.sign_in.forms.AuthenticateForm",
    "reauthenticate": "members.sign_in.forms.ReauthenticateForm",
    "activate_totp": "members.sign_in.forms.ActivateTOTPForm",
    "add_webauthn": "members.sign_in.forms.AddPasskeyForm",
    "edit_webauthn": "members.sign_in.forms.RenamePasskeyForm",
    "login_webauthn": "members.sign_in.forms.SignInWithPasskeyForm",
    "authenticate_webauthn": "members.sign_in.forms.AuthenticateWithPasskeyForm",
    "reauthenticate_webauthn": "members.sign_in.forms.ReauthenticateWithPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey is asked for a fingerprint, a face or a PIN each time: it is two factors in one.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
# A clock may be half a minute slow. The forms refuse a code that has served (members.sign_in).
MFA_TOTP_TOLERANCE = 1
# Nobody signs up here: the section knows the address of each account, also while a new one waits.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# gunicorn listens on this machine only: in production the world comes through one proxy of ours.
# With 0 there, every visitor would share one address, and one rate limit.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number(
    "TRUSTED_PROXY_COUNT", default=int(IS_PRODUCTION), least=0, most=10
)
refuse_if(
    IS_PRODUCTION and ALLAUTH_TRUSTED_PROXY_COUNT < 1,
    "TRUSTED_PROXY_COUNT est au moins 1 : nginx, sur cette machine.",
)

# How long an adherent whose dues have run out keeps their rights, in days.
MEMBERSHIP_GRACE_DAYS = env.days("MEMBERSHIP_GRACE_DAYS", default=60, least=0)

# The list of adherents, in and out

IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
# How long the last import can be undone, in days: the former values are kept as long.
IMPORT_UNDO_DAYS = env.days("IMPORT_UNDO_DAYS", default=30)
# How long the link of an invitation works, in days.
INVITATION_DAYS = env.days("INVITATION_DAYS", default=14)

# Keeping and forgetting

# In days; `manage.py purge_personal_data` applies them, members/retention_rules.py explains them.
# A request for access, once it was answered, or if nobody answers it.
RETENTION_ACCESS_REQUEST_DAYS = env.days("RETENTION_ACCESS_REQUEST_DAYS", default=180)
RETENTION_MEMBERSHIP_DAYS = env.days("RETENTION_MEMBERSHIP_DAYS", default=3 * 365)
RETENTION_ACCOUNT_DAYS = env.days("RETENTION_ACCOUNT_DAYS", default=2 * 365)
RETENTION_UNOPENED_ACCOUNT_DAYS = env.days("RETENTION_UNOPENED_ACCOUNT_DAYS", default=365)
RETENTION_AUDIT_DAYS = env.days("RETENTION_AUDIT_DAYS", default=3 * 365)
RETENTION_ADMIN_LOG_DAYS = env.days("RETENTION_ADMIN_LOG_DAYS", default=365)
RETENTION_MAIL_DAYS = env.days("RETENTION_MAIL_DAYS", default=365)
# What a reaction said before its author corrected it.
RETENTION_WORDING_DAYS = env.days("RETENTION_WORDING_DAYS", default=365)
# What was signalled to the officers, once they decided.
RETENTION_FLAG_DAYS = env.days("RETENTION_FLAG_DAYS", default=365)
# Which accounts are erased, without anything of their persons. Never restored with a backup: it is
# what a restored backup replays. Where files are in a bucket, so is it: machines come and go.
ERASURE_LEDGER = Path(env.str("ERASURE_LEDGER", default=str(VAR_DIR / "erasures.jsonl")))

# When this machine last took a backup, and where: `manage.py doctor` asks.
LAST_BACKUP = VAR_DIR / "last-backup.json"

# Publishing

# Whether one officer alone may publish. Otherwise a second one approves each version first.
PUBLISHING_ALONE = env.flag("PUBLISHING_ALONE", default=not IS_PRODUCTION)
# How long a link to read a draft works, in days.
DRAFT_LINK_DAYS = env.days("DRAFT_LINK_DAYS", default=7)

# Reacting

# For how many days after its publication an article takes reactions; 0: as long as it is there.
REACTIONS_DAYS = env.days("REACTIONS_DAYS", default=0, least=0)
# How many reactions one person may post within so many minutes.
REACTIONS_PACE = env.number("REACTIONS_PACE", default=5)
REACTIONS_PACE_MINUTES = env.number("REACTIONS_PACE_MINUTES", default=10, most=60 * 24 * 365)
# Until so many of its reactions are published, an account is new: officers read what it posts.
REACTIONS_READ_FIRST = env.number("REACTIONS_READ_FIRST", default=2, least=0)
# More links than that from a new account wait for a moderator.
REACTIONS_LINKS_WHEN_NEW = env.number("REACTIONS_LINKS_WHEN_NEW", default=1, least=0)

# Mail

_email = env.mail_server(
    "EMAIL_URL",
    default="smtp://localhost:25" if IS_PRODUCTION else f"filemail://{VAR_DIR / 'mail'}",
)
# The journal would hold the addresses of members, and links that open their accounts.
refuse_if(
    IS_PRODUCTION
    and _email["EMAIL_BACKEND"].endswith(("console.EmailBackend", "dummy.EmailBackend")),
    "EMAIL_URL désigne un serveur de courrier : smtp+tls://…",
)
# Django's own SMTP backend gives up too soon on a server that is about to say "sent".
EMAIL_BACKEND = _email["EMAIL_BACKEND"].replace(
    "django.core.mail.backends.smtp.EmailBackend", "members.mail.smtp.Backend"
)
# django-environ reads the path without its leading slash.
EMAIL_FILE_PATH = Path("/", _email["EMAIL_FILE_PATH"])
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
# A letter leaves as soon as the request that wrote it is kept; `send_mail_queue` sends the rest.
MAIL_LEAVES_AT_ONCE = env.flag("MAIL_LEAVES_AT_ONCE", default=True)
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", default=f"ne-pas-repondre@{_site.hostname}")
if not parseaddr(DEFAULT_FROM_EMAIL)[0]:
    # Without a name, a telephone would show the address, and the section's with it.
    DEFAULT_FROM_EMAIL = f"Ne pas répondre <{DEFAULT_FROM_EMAIL}>"
# Whom `manage.py doctor --mail` writes to; nobody if it is empty.
OPERATOR_EMAIL = env.sender("OPERATOR_EMAIL", default="")
# When the mail of the week leaves, Paris time: the day from 1 (Monday) to 7, and the hour.
MAIL_DIGEST_DAY = env.number("MAIL_DIGEST_DAY", default=1, most=7)
MAIL_DIGEST_HOUR = env.number("MAIL_DIGEST_HOUR", default=8, least=0, most=23)

# Browser

_cookie_prefix = "__Host-" if IS_HTTPS else ""
# A session ends with its row: a copy in a cache would outlive a departure or a changed password.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{_cookie_prefix}session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cgtdouanes.views.csrf_failure"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What no page asks a browser for. Passkeys and the clipboard stay to our own pages, by default.
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

DJANGO_PROSE_EDITOR_EXTENSIONS = editor.EXTENSIONS

LOG_FORMAT = env.str("LOG_FORMAT", default="text")
refuse_if(
    LOG_FORMAT not in logs.FORMATTERS,
    "LOG_FORMAT est text, ou json : une ligne de JSON par événement.",
)

LOGGING = logs.to_standard_error(LOG_FORMAT)
