"""Plain functions from numbers to numbers; numpy only."""
