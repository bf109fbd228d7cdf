"""The only code that knows Asterisk: compile, install, session, ledger."""
