"""The hash chain of the audit log: :mod:`chain` links and verifies, :mod:`anchors` signs its head,
:mod:`archive` keeps old links outside the database."""
