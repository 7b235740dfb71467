"""The file that is given: what any SPIP makes is read, anything else is refused plainly."""

import pytest
from django.core.management import CommandError, call_command

from articles.models import (
    Article,
    Attachment,
)
from tests.articles.spip.old_site import OldSite
from tests.files import PDF

pytestmark = pytest.mark.django_db


def test_a_day_that_is_none_is_refused_in_plain_words(old_site):
    with pytest.raises(CommandError, match="écrivez 2024-12-31"):
        call_command(
            "import_spip", old_site.dump, "--documents", old_site.images, "--since", "1/5/24"
        )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"-- MySQL dump 10.13", "n’est pas une base SQLite"),
        (b"\x1f\x8b\x08\x00 compress", "compressé"),
        (b"PK\x03\x04 archive", "archive zip"),
        (b"", "n’est pas une base SQLite"),
        (b"SQLite format 3\x00" + b"\xff" * 600, "abîmée"),
    ],
)
def test_what_is_no_database_is_refused_in_plain_words(tmp_path, content, told):
    dump = tmp_path / "dump"
    dump.write_bytes(content)
    with pytest.raises(CommandError, match=told):
        call_command("import_spip", dump, "--documents", tmp_path)


def test_a_folder_is_refused_with_where_the_file_may_be(tmp_path):
    with pytest.raises(CommandError, match="tmp/dump/"):
        call_command("import_spip", tmp_path, "--documents", tmp_path)


def test_what_is_not_there_is_refused_in_plain_words(old_site, tmp_path):
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("import_spip", tmp_path / "absent", "--documents", tmp_path)
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("import_spip", old_site.dump, "--documents", tmp_path / "absent")


def test_another_site_s_database_is_refused_in_plain_words(old_site, tmp_path):
    old_site.run("ALTER TABLE {}_articles RENAME TO billets")
    with pytest.raises(CommandError, match="n’est pas celle d’un site SPIP"):
        call_command("import_spip", old_site.dump, "--documents", tmp_path)


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_database_in_use_is_refused_in_plain_words(old_site, tmp_path, ending):
    old_site.dump.with_name(f"spip.sqlite{ending}").write_bytes(b"x")
    with pytest.raises(CommandError, match="en cours d’utilisation"):
        call_command("import_spip", old_site.dump, "--documents", tmp_path)


def test_tables_may_have_another_prefix_and_fewer_of_them(tmp_path):
    names = ("mots", "mots_liens", "documents", "documents_liens", "urls", "meta", "zones_liens")
    site = OldSite(tmp_path / "autre", prefix="cgt_section", without=names)
    site.article(titre="Un article")
    call_command("import_spip", site.dump, "--documents", site.images)
    assert Article.objects.get().title == "Un article"
    site.close()


def test_the_link_tables_of_spip_2_are_read(old_site, take_over):
    number = old_site.article(titre="Un article")
    (old_site.images / "a.pdf").write_bytes(PDF)
    old_site.missing_document("a.pdf")
    old_site.word("Effectifs")
    for table, column in (("documents", "id_document"), ("mots", "id_mot")):
        old_site.run(f"DROP TABLE {{}}_{table}_liens")
        old_site.run(f"CREATE TABLE {{}}_{table}_articles ({column} BIGINT, id_article BIGINT)")
        old_site.add(f"{table}_articles", **{column: 1, "id_article": number})
    take_over()
    assert Article.objects.get().keywords == "Effectifs"
    assert Attachment.objects.get().name == "a.pdf"
