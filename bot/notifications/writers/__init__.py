"""Who writes what: one module a kind of delivery."""
