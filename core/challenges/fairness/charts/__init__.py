"""Charts of this page."""
