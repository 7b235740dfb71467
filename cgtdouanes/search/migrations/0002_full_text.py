"""The full text of the entries: what only one kind of database knows, so not in the models.

On SQLite, FTS5 tables follow the tables of the entries by triggers; on PostgreSQL, `tsvector`
columns are computed by the database, with their GIN indexes. A later migration that has SQLite make
a table again drops its triggers: it must make them again, as `_on_sqlite` does.
"""

from django.db import migrations

TABLES = ("search_visitorentry", "search_memberentry")
COLUMNS = ("names", "words")


def make(apps, schema_editor):
    statements = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}
    for table in TABLES:
        for statement in statements[schema_editor.connection.vendor](table):
            schema_editor.execute(statement)


def remove(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for event in ("insert", "update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_{event}")
            schema_editor.execute(f"DROP TABLE {table}_fts")
        else:
            for column in COLUMNS:
                schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN {column}_vector")


def _on_sqlite(table):
    # Stems are ASCII: this tokenizer takes them as they are.
    yield (
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5("
        f"names, words, content='{table}', content_rowid='id', tokenize='ascii')"
    )
    columns = f"{table}_fts (rowid, names, words)"
    add = f"INSERT INTO {columns} VALUES (new.id, new.names, new.words);"  # noqa: S608
    columns = f"{table}_fts ({table}_fts, rowid, names, words)"
    forget = f"INSERT INTO {columns} VALUES ('delete', old.id, old.names, old.words);"  # noqa: S608
    yield f"CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN {add} END"
    yield f"CREATE TRIGGER {table}_update AFTER UPDATE ON {table} BEGIN {forget} {add} END"
    yield f"CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN {forget} END"


def _on_postgresql(table):
    for column in COLUMNS:
        yield (
            f"ALTER TABLE {table} ADD COLUMN {column}_vector tsvector"
            f" GENERATED ALWAYS AS (to_tsvector('simple', {column})) STORED"
        )
        # Saved rarely and read often: no list of what waits to be put in the index.
        yield (
            f"CREATE INDEX {table}_{column}_vector ON {table}"
            f" USING gin ({column}_vector) WITH (fastupdate = off)"
        )


class Migration(migrations.Migration):
    dependencies = [("search", "0001_entries_and_spellings")]

    operations = [migrations.RunPython(make, remove)]
