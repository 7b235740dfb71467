"""Moving in: what a section's SPIP site holds, brought here whole."""
