"""An old site made for each test, and its import."""

import pytest
from django.core.management import call_command

from tests.articles.spip.old_site import OldSite


@pytest.fixture
def old_site(tmp_path):
    site = OldSite(tmp_path / "ancien")
    yield site
    site.close()


@pytest.fixture
def take_over(old_site, capsys):
    """Run the command on the old site; return what it says on the screen."""

    def run(*options):
        call_command("import_spip", old_site.dump, "--documents", old_site.images, *options)
        return capsys.readouterr().out

    return run
