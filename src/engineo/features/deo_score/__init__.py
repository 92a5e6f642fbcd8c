"""The DEO score: requested, computed from a finished crawl, kept as snapshots, explained."""
