"""The home page's own small experiment, complete in under a second."""
