"""Models that are not stacks of trained layers; no training loop here."""
