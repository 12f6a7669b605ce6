"""The Deep Learning Challenges Lab: experiments, their runs, and what the pages are made of."""

__version__ = "0.1.0"
