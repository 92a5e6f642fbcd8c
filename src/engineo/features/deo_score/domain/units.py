"""How much a page must say to be one."""

LEAST_WORDS = 50
