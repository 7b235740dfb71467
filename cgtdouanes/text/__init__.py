"""French text: how it is set, and how its words are compared."""
