"""Who may train, and whose turn it is."""
