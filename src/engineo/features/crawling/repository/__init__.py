"""All SQL of crawling."""
