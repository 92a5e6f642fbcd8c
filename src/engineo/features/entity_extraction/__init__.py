"""Entities of a site: its brand, organisation, products, people and topics, with the pages that prove them."""
