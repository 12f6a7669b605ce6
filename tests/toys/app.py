"""The real `app.py` with a toy challenge whose experiments are quick, slow and broken."""

import runpy

import installed

installed.install()
runpy.run_path(str(installed.ROOT / "app.py"), run_name="__main__")
