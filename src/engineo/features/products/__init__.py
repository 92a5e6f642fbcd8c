"""A project's product catalogue: what the merchant says that the shop sells."""
