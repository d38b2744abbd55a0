"""The command line, one command a file."""

import gc

# Imports make hundreds of thousands of objects that all stay; looking through them for garbage every 700
# is a tenth of a command's time. Here, since it has to be set before the first of them.
gc.set_threshold(200_000, 20, 20)
