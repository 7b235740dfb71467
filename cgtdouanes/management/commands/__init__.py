"""The commands of the project, one module each."""
