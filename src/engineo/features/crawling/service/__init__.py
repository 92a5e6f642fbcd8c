"""The use cases of crawling."""
