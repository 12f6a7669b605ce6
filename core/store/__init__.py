"""Results on disk: addressed by what produced them, checked when read."""
