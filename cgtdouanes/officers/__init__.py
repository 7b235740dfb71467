"""The officers' desk: the Django admin in the section's words, its home page, rights, journal."""
