"""The WSGI application that gunicorn serves; in production it refuses demo accounts."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from cgtdouanes.pages.serving import KeptPages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cgtdouanes.settings")

application = KeptPages(get_wsgi_application())


def _refuse_demo_accounts() -> None:
    from django.conf import settings  # noqa: PLC0415  readable only once Django is set up
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from cgtdouanes.checks import demo_accounts_found  # noqa: PLC0415

    found = demo_accounts_found()
    connection.close()
    if not found:
        return
    message = f"Comptes de démonstration présents, au mot de passe public : {', '.join(found)}."
    if settings.IS_PRODUCTION:
        raise ImproperlyConfigured(f"{message} Supprimez-les avant d’ouvrir le site.")
    logging.getLogger("cgtdouanes").warning(message)


_refuse_demo_accounts()
