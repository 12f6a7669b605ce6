"""Attacks on stacked networks, and training against them."""
