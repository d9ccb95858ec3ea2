"""An index over ledgers, for questions. It can be made anew from the segments at any time, and is never the record."""
