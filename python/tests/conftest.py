"""The tests import the package from its folder, as any other."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
