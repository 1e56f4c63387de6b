"""Out-of-school care: what staff see, what the child says, and both side by side (BSO-1, BSO-2)."""
