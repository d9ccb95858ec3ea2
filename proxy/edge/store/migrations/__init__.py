"""The steps that bring a store from one schema to the next; ``versions/`` has one module for each."""
