"""Uploaded files: what is taken, under what name and form it is kept, and who is sent it."""
