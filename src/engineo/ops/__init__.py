"""Modules for operators. They see the features' contracts only."""
