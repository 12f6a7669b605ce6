"""Tests of the Deep Learning Challenges Lab; they mirror `core`."""
