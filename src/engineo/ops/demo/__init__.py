"""The demo: a small shop of our own, a server for folders of HTML, and the run that scores them."""
