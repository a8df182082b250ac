"""The few scripts behind ``make``: get Odoo, start a database, load the demo, run the tests."""
