"""The audit of a table of decisions: reading, measures, report."""
