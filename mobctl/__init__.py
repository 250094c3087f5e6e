"""Check and render plain-file records of international student mobility."""

__version__ = "0.1.0"
