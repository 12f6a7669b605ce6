"""The engine of the Deep Learning Challenges Lab: experiments, their runs, and the pages' building blocks."""

__version__ = "0.1.0"
