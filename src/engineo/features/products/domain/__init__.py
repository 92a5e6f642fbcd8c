"""What a catalogue says and what a page says, and whether they agree. Pure: no database, no clock."""
