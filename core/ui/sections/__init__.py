"""What one challenge adds to its page beyond figures."""
