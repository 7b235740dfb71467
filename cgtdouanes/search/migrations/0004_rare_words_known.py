"""PostgreSQL learns how rare rare words are: it then looks them up instead of reading every entry.

By default it knows a thousand words of a column and takes any other for as frequent as the last of
these. It knows ten thousand from the next ANALYZE on, which is made here.
"""

from django.db import migrations

TABLES = ("search_visitorentry", "search_memberentry")
COLUMNS = ("names_vector", "words_vector")


def set_statistics(schema_editor, target):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        for column in COLUMNS:
            schema_editor.execute(
                f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}"
            )
        schema_editor.execute(f"ANALYZE {table}")


def know_more(apps, schema_editor):
    set_statistics(schema_editor, 1000)


def know_as_before(apps, schema_editor):
    set_statistics(schema_editor, -1)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_nothing_waits")]

    operations = [migrations.RunPython(know_more, know_as_before)]
