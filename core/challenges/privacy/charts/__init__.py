"""Charts of the privacy page, one module per experiment."""
