"""Models that the stacked trainer does not cover, some with a training of their own."""
