"""API: what the database's functions take and answer: claim, record, finish, release, cancel."""
