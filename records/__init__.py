"""What is remembered: typed tables, queries, migrations."""
