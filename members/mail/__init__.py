"""The mail that people receive: what it says, the outbox that keeps it, and its sending."""
