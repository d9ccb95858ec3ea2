"""`python -m meeting_proxy_verify`."""

import sys

from meeting_proxy_verify.main import main

sys.exit(main())
