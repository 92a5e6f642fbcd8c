"""Use cases of the catalogue: import, read, delete, compare with pages."""
