"""Folders of HTML, served like sites."""
