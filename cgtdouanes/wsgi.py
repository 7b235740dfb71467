"""The WSGI application that gunicorn serves; in production it refuses demo accounts,
and a sender whose name tells who belongs to a union.
"""

import logging
import os

from django.core.wsgi import get_wsgi_application

from cgtdouanes.pages.serving import KeptPages
from cgtdouanes.stores.patience import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cgtdouanes.settings")

# In seconds: no page asks for so long, and a proxy soon gives up. Commands take their time.
Connection.patience = 20

application = KeptPages(get_wsgi_application())


def _refuse_what_tells() -> None:
    from django.conf import settings  # noqa: PLC0415  readable only once Django is set up
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from cgtdouanes import checks  # noqa: PLC0415

    found = [*checks.demo_accounts(None, ["default"]), *checks.sender_name(None)]
    connection.close()
    for message in found:
        if settings.IS_PRODUCTION:
            raise ImproperlyConfigured(f"{message.msg} {message.hint}")
        logging.getLogger("cgtdouanes").warning(message.msg)


_refuse_what_tells()
