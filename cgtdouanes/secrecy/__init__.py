"""What is kept secret: keys, passwords, what is sealed, addresses that open something."""
