"""Figures as pictures for slides, drawn by a program beside the server."""
