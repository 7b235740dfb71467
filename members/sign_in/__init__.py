"""Signing in, on top of django-allauth: second factors, passkeys, open sessions."""
