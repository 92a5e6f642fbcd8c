"""Users, their API keys and their projects."""
