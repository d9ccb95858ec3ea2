"""Real parts for tests that drive the proxy from outside: a recording recipient, and the proxy as a process."""
