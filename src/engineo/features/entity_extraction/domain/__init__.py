"""From facts of pages to entities. Pure: the same pages in the same order give the same entities."""
