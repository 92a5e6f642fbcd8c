"""Features: one folder each, meeting only at contracts and events."""
