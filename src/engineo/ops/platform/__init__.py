"""Setting a machine up: migrations, and API and worker together on one machine."""
