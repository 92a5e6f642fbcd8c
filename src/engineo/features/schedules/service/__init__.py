"""Use cases of schedules: editing them, and running what is due."""
