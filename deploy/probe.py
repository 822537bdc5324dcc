"""The container's health check: ask /healthz under the portal's own name."""

import os
import sys
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split()[0]
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
try:
    urllib.request.urlopen(request, timeout=8)
except OSError as error:
    sys.exit(str(error))
