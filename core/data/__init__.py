"""Data sets: `make_*` draws them, `load_*` reads embedded ones."""
