import os
import sys

print("the licence server is down", file=sys.stderr, flush=True)
os._exit(7)
