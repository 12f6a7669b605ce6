"""Tables and captions of this room: pure numbers and words."""
