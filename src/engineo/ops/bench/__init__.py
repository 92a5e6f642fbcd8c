"""`engineo bench`: what is measured and how it is shown. What measures is in the checkout's benchmarks/."""
