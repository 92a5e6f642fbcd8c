"""EngineO: a modular worker runtime, and the DEO score that runs on it."""

__version__ = "0.1.0"
