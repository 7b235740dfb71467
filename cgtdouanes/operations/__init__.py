"""What whoever runs the site relies on: its doctor, its health, its logs, its loops."""
