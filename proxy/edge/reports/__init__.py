"""Reports as pages: one self-contained file of HTML each, in the look of the consent pages, to read and to print."""
