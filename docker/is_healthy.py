"""Say by its exit status whether the web server of this container answers."""

import os
import sys
from urllib.request import urlopen

address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
with urlopen(address, timeout=2) as answer:
    sys.exit(answer.status != 200)
