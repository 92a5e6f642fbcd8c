"""The platform: one file or small package per concept, each behind a port of the kernel."""
