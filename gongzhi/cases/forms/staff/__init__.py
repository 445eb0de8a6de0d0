"""What staff type on the pages of a case: one form for each move, and registering. Forms validate; they never
save."""
