"""The shell: the only part of core that knows the page library. It knows no experiment by name."""
