"""A server that answers requests with a network, and the clients that ask it, each a process."""
