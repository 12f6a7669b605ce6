"""Charts of this room: a view goes in, a chart over named data comes out."""
