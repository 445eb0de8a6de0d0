"""Pages of one case for staff: the case, its moves, its reporter, and registering for someone."""
