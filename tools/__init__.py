"""What `make` runs. Each module is one target, or one part of `make check`."""
