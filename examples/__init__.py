"""Programs to try the proxy with: a local summarizer and the demo. Nothing here is part of the product."""
