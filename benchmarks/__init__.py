"""Measures that no test makes: how fast, how large."""
