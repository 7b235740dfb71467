"""The import of adherents: reading a file, saying what it would do, doing it, undoing it."""
