"""Many configs of one experiment: over the cores of this machine, or over many machines."""
