"""How an adherent comes to have an account: invitations, and requests for access."""
