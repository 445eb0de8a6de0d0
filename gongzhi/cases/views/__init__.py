"""Pages of cases: `resident` without sign-in, `staff` behind it, `figures` for measures and their lists."""
