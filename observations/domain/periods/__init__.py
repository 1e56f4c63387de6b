"""When children are registered: periods, planned ages, extra registrations, and who is due (REG-2)."""
