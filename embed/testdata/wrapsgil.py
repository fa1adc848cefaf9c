"""Imports the extension module that turns the GIL on."""

import needsgil

name = needsgil.__name__
