"""Public tables by download: fetched once, in a process of its own, and kept beside the results."""
