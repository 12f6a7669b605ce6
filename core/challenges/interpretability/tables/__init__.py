"""Results to tidy tables and captions, one module per experiment."""
