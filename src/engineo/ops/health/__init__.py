"""Is this process well? `/health` on the API, and a port of their own for workers."""
