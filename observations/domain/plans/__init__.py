"""Group plans: clusters of children with the same need, what is offered to them, and what came of it (REG-9)."""
