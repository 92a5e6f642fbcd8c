"""From facts of pages to answers. Pure."""
