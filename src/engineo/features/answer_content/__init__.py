"""Answers of a site: which questions its pages answer, and which of the shoppers' they leave open."""
