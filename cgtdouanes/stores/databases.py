"""The databases as Django is to use them: what DATABASES says of each, beside its address."""

from typing import Any

from cgtdouanes.environment import refuse_if

Database = dict[str, Any]

POSTGRESQL = "django.db.backends.postgresql"
# In seconds. While the server is away, a request waits that long, and the pool tries anew at the
# next one: its own patience doubles up to minutes.
PATIENCE = 5
# Of the replica: what it cannot do at once, the main one does.
LITTLE_PATIENCE = 2


def main_database(named: Database, most_connections: int) -> Database:
    """Return what DATABASES says of the main one.

    `most_connections` is how many each worker holds at most: each of its threads holds one.
    """
    if named["ENGINE"] == POSTGRESQL:
        return _pooled(named, most_connections, PATIENCE)
    return named | {"OPTIONS": _options_of_sqlite()}


def replica_of(main: Database, named: Database, most_connections: int) -> Database:
    """Return what DATABASES says of a replica, which tests see as the main one itself.

    Raises ImproperlyConfigured unless both are on PostgreSQL.
    """
    refuse_if(
        {main["ENGINE"], named["ENGINE"]} != {POSTGRESQL},
        "DATABASE_URL et DATABASE_REPLICA_URL désignent deux serveurs PostgreSQL.",
    )
    return _pooled(named, most_connections, LITTLE_PATIENCE) | {"TEST": {"MIRROR": "default"}}


def _pooled(named: Database, most_connections: int, patience: int) -> Database:
    # Who uses SQLite needs none of it.
    from cgtdouanes.stores.patience import Connection  # noqa: PLC0415

    pool = {"min_size": 1, "max_size": most_connections, "connection_class": Connection}
    return named | {
        # What its address asks of the network holds: sslmode, for one.
        "OPTIONS": named.get("OPTIONS", {})
        | {
            "pool": pool | {"timeout": patience, "reconnect_timeout": patience},
            "connect_timeout": patience,
        },
        # A connection that died with the server is replaced before it is handed out.
        "CONN_HEALTH_CHECKS": True,
    }


def _options_of_sqlite() -> dict[str, Any]:
    return {
        # A write takes its lock at once: two requests wait for each other, and none fails half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What is erased is overwritten in the file, whatever SQLite was built with.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA secure_delete=ON;",
    }
