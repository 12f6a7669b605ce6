"""Tables behind the figures of this page."""
