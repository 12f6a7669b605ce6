"""The stacked trainer: a sweep of networks goes in, progress comes out."""
