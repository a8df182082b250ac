"""What people read for the codes of a sheet's layout."""

DATE_ORDERS = [
    ("dmy", "Day, month, year"),
    ("mdy", "Month, day, year"),
    ("ymd", "Year, month, day"),
]
DECIMAL_SIGNS = [(".", "Point (1,234.56)"), (",", "Comma (1.234,56)")]


def roles(env):
    """[(role, label)] of the columns, in the user's language."""
    return [
        ("booking_date", env._("Booking date")),
        ("value_date", env._("Value date")),
        ("amount", env._("Amount")),
        ("debit", env._("Money out")),
        ("credit", env._("Money in")),
        ("sign", env._("Debit or credit")),
        ("currency", env._("Currency")),
        ("balance", env._("Balance afterwards")),
        ("counterparty_name", env._("Counterparty")),
        ("counterparty_iban", env._("IBAN of the counterparty")),
        ("remittance_unstructured", env._("Text")),
        ("entry_reference", env._("Bank reference")),
        ("end_to_end_id", env._("End-to-end identification")),
        ("creditor_reference", env._("Structured reference")),
        ("mandate_id", env._("Mandate")),
        ("creditor_id", env._("Creditor identifier")),
        ("bank_tx_code", env._("Kind of transaction")),
        ("account", env._("Own account")),
        ("status", env._("Booked or pending")),
    ]
