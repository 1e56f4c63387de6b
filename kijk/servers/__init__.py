"""PostgreSQL and Redis for development, tests and `make demo`, and the roles of any PostgreSQL server.

Nothing in here needs Django: `manage.py` runs it before Django starts.

- `embedded` starts and stops the two servers that come as wheels.
- `provision` makes the roles, the database and its grants, on an embedded server and on any other.
- `bootstrap` fills in the settings that are not set, for `manage.py`, the tests and `make demo`.
"""
