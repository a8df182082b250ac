"""Vendor bills as files: three layouts of a PDF, the XML inside a Factur-X, a scan."""
