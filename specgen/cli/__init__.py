"""The command line, one command a file."""

import gc
import os

# Both have to be set before the first import. Imports make hundreds of thousands of objects that all stay;
# looking through them for garbage every 700 is a tenth of a command's time. Pydantic's look for plugins
# reads the metadata of every package installed; specgen uses none.
gc.set_threshold(200_000, 20, 20)
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
