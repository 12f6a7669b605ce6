"""Tables to charts, one module per experiment."""
