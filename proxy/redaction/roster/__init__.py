"""The people of a roster in what is said: what each may be called, written, heard and misheard."""
