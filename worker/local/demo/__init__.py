"""The whole path once, on one machine: what `baton demo` does."""
