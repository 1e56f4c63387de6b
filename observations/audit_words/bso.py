"""What the events of out-of-school care are called."""
